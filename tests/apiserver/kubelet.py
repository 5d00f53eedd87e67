"""A kubelet of our own, behind a real API server: it answers for container logs, and nothing else."""

import http.server
import ssl
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from apiserver.cluster import Cluster

Answer = Callable[[str, str, Mapping[str, str]], tuple[int, bytes]]
"""From a pod, a container and the query to a status and a body."""


class Kubelet:
    """Serves GET /containerLogs/NAMESPACE/POD/CONTAINER for a node that it makes known to the API server."""

    def __init__(self, cluster: Cluster, directory: Path, node: str, answer: Answer) -> None:
        self.seen: list[str] = []
        self.answer = answer
        self.node = node
        self._cluster, self._pods = cluster, list[str]()
        kubelet = self

        class Handler(_Handler):
            owner = kubelet

        certificate, key = cluster.authority.issue("kubelet", addresses=["127.0.0.1"])
        (directory / "kubelet.pem").write_bytes(certificate + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(directory / "kubelet.pem")
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        cluster.create("/api/v1/nodes", {"metadata": {"name": node}})
        status = {
            "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": self._server.server_address[1]}},
        }
        cluster.request("PUT", f"/api/v1/nodes/{node}/status", {"metadata": {"name": node}, "status": status})

    def run(self, namespace: str, name: str, container: Mapping[str, Any], state: Mapping[str, Any], **meta: Any) -> None:
        """A pod of one container, which is in this state."""
        path = f"/api/v1/namespaces/{namespace}/pods"
        spec = {"nodeName": self.node, "containers": [{"image": "httpd", **container}]}
        pod = self._cluster.create(path, {"metadata": {"name": name, **meta}, "spec": spec})
        self._pods.append(f"{path}/{name}")
        told = {"name": container["name"], "image": "httpd", "imageID": "", "ready": False, "restartCount": 0, "started": True}
        pod["status"] = {"phase": "Running", "startTime": "2026-01-01T00:00:00Z", "containerStatuses": [told | dict(state)]}
        code, answer = self._cluster.request("PUT", f"{path}/{name}/status", pod)
        assert code == 200, answer

    def close(self) -> None:
        """End, and take with it the pods that ran: nobody can answer for their logs any more."""
        for path in self._pods:
            self._cluster.request("DELETE", path, {"gracePeriodSeconds": 0})
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    owner: Kubelet

    def do_GET(self) -> None:
        self.owner.seen.append(self.path)
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        *_, pod, container = url.path.split("/")
        status, body = self.owner.answer(pod, container, query)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass
