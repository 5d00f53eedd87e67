"""A real API server with a synthetic cluster in it.

The objects are written into etcd, a hundred at a time, where the API server reads them as its own: made one by one through the API,
10,000 pods and what belongs to them take a quarter of an hour. Their keys are those of k8s.io/apiserver's registry; objects in JSON
are read as well as those in protobuf.
"""

import base64
import contextlib
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from apiserver.cluster import Cluster, find_assets
from benchmark.dump import GENERATOR, write_dump

__all__ = ["GENERATOR", "filled"]

KEYS = {"services": "services/specs", "endpoints": "services/endpoints", "nodes": "minions", "ingresses": "ingress"}
"""Where kinds are kept under another name than their own."""
BATCH = 100
PATIENCE = 120
"""Seconds to wait until the API server has heard of everything."""
OK = 200


@contextmanager
def filled(pods: int, folder: Path) -> Iterator[Cluster]:
    """The running API server with so many pods and what belongs to them."""
    assets = find_assets()
    if isinstance(assets, str):
        raise SystemExit(f"bench: {assets}")
    write_dump(pods, folder / "objects", managed=True)
    cluster = Cluster(assets, folder)
    try:
        _fill(cluster, folder / "objects")
        yield cluster
    finally:
        cluster.stop()


def _fill(cluster: Cluster, objects: Path) -> None:
    connection = http.client.HTTPConnection(urlsplit(cluster.etcd).netloc)
    revision = 0
    # Pods last: a watch cache knows how new it is by the objects of its own kind.
    for listed in sorted(objects.glob("*.json"), key=lambda path: (path.stem == "pods", path.stem)):
        items = json.loads(listed.read_bytes())["items"]
        for begin in range(0, len(items), BATCH):
            revision = _put(connection, [_pair(listed.stem, item) for item in items[begin : begin + BATCH]])
    connection.close()
    _await(cluster, revision)


def _pair(plural: str, item: dict[str, Any]) -> dict[str, str]:
    metadata = item["metadata"]
    path = (metadata["namespace"], metadata["name"]) if "namespace" in metadata else (metadata["name"],)
    key = "/".join(("/registry", KEYS.get(plural, plural), *path))
    metadata.pop("resourceVersion", None)  # etcd's own revision is it
    return {"key": base64.b64encode(key.encode()).decode(), "value": base64.b64encode(json.dumps(item).encode()).decode()}


def _put(connection: http.client.HTTPConnection, pairs: list[dict[str, str]]) -> int:
    """Write through etcd's JSON gateway (https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/); the revision after it."""
    connection.request("POST", "/v3/kv/txn", json.dumps({"success": [{"requestPut": pair} for pair in pairs]}))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != OK:
        raise SystemExit(f"bench: etcd took no objects: {answer.status} {body[:200]!r}")
    return int(json.loads(body)["header"]["revision"])


def _await(cluster: Cluster, revision: int) -> None:
    """Wait until the API server's watch cache is as new as that."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        path = f"/api/v1/pods?limit=1&resourceVersion={revision}&resourceVersionMatch=NotOlderThan"
        # While etcd was filled, the API server may have closed the connection that was kept.
        with contextlib.suppress(http.client.HTTPException, OSError):
            status, _body = cluster.request("GET", path)
            if status == OK:
                return
        time.sleep(0.5)
    raise SystemExit("bench: the API server did not hear of all objects in time")
