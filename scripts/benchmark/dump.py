"""A synthetic cluster as a dump, of any size: the generator talks to nobody, and what it would create is written to files."""

import contextlib
import http.client
import json
import runpy
import ssl
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from unittest import mock
from uuid import NAMESPACE_URL, uuid5

GENERATOR = Path(__file__).resolve().parents[2].parent / "shared/tools/synthetic_cluster.py"
MADE_AT = "2026-11-23T04:00:00Z"
KINDS = {
    "configmaps": "ConfigMap",
    "cronjobs": "CronJob",
    "deployments": "Deployment",
    "endpoints": "Endpoints",
    "endpointslices": "EndpointSlice",
    "events": "Event",
    "horizontalpodautoscalers": "HorizontalPodAutoscaler",
    "ingressclasses": "IngressClass",
    "ingresses": "Ingress",
    "jobs": "Job",
    "leases": "Lease",
    "namespaces": "Namespace",
    "nodes": "Node",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "persistentvolumes": "PersistentVolume",
    "pods": "Pod",
    "replicasets": "ReplicaSet",
    "secrets": "Secret",
    "serviceaccounts": "ServiceAccount",
    "services": "Service",
    "storageclasses": "StorageClass",
}


class _Dump:
    """Lists, one file a kind, written object by object: an object waits in memory only for its status."""

    def __init__(self, folder: Path, *, managed: bool = False) -> None:
        self._folder, self._managed = folder, managed
        self._lists: dict[str, TextIO] = {}
        self._lock = threading.Lock()
        self._waiting: dict[str, dict[str, Any]] = {}

    def take(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """What an API server would answer."""
        with self._lock:
            if method == "PATCH":
                whole = self._waiting.pop(path.removesuffix("/status"))
                whole["status"] = body["status"]
                self._write(path.split("/")[-3], whole)
                return whole
            return self._create(path, body)

    def _create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        parts = path.split("/")
        version = parts[2] if parts[1] == "api" else "/".join(parts[2:4])
        name = f"{path}/{body['metadata']['name']}"
        metadata = {"creationTimestamp": MADE_AT, "resourceVersion": "1", "uid": str(uuid5(NAMESPACE_URL, name)), **body["metadata"]}
        whole = {"apiVersion": version, "kind": KINDS[parts[-1]], **body, "metadata": metadata}
        if "stringData" in whole:
            whole["data"] = whole.pop("stringData")
        self._waiting[name] = whole
        return whole

    def settle(self, name: str) -> None:
        """An object whose status nobody sets is done."""
        with self._lock:
            whole = self._waiting.pop(name, None)
            if whole is not None:
                self._write(name.split("/")[-2], whole)

    def _write(self, plural: str, whole: dict[str, Any]) -> None:
        opened = self._lists.get(plural)
        if opened is None:
            opened = self._lists[plural] = (self._folder / f"{plural}.json").open("w")
            opened.write('{"apiVersion":"v1","kind":"List","items":[\n')
        else:
            opened.write(",\n")
        if self._managed:
            whole["metadata"]["managedFields"] = list(_managed_fields(whole))
        json.dump(whole, opened, separators=(",", ":"))

    def close(self) -> None:
        for name in list(self._waiting):
            self.settle(name)
        for opened in self._lists.values():
            opened.write("]}\n")
            opened.close()


class _Answer:
    """The answer to one request."""

    status = 201

    def __init__(self, body: bytes) -> None:
        self._body = body

    def read(self) -> bytes:
        return self._body


def _managed_fields(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Who wrote what, as an API server notes it: 45 % of the bytes of real pods.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """
    labels = {key: whole["metadata"][key] for key in ("labels", "annotations", "ownerReferences") if key in whole["metadata"]}
    spec = {key: value for key, value in whole.items() if key not in {"apiVersion", "kind", "metadata", "status"}}
    for manager, fields, more in (
        ("kube-controller-manager", {"metadata": labels, **spec}, {}),
        ("kubelet", {"status": whole["status"]} if "status" in whole else {}, {"subresource": "status"}),
    ):
        if fields:
            entry = {"manager": manager, "operation": "Update", "apiVersion": whole["apiVersion"], "time": MADE_AT}
            yield {**entry, "fieldsType": "FieldsV1", "fieldsV1": _fields(fields), **more}


def _fields(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {f"f:{key}": _fields(inner) for key, inner in value.items()}
    if not isinstance(value, list):
        return {}
    keyed = (
        (next((key for key in ("name", "uid", "type", "containerPort", "port", "ip") if key in one), ""), one)
        for one in value
        if isinstance(one, dict)
    )
    return {f"k:{json.dumps({key: one[key]}, separators=(',', ':'))}": {".": {}, **_fields(one)} for key, one in keyed if key}


def write_dump(pods: int, folder: Path, *, managed: bool = False) -> None:
    """Write the lists of a cluster of so many pods, as `kubectl get -o json` prints them, one file a kind.

    With `managed`, each object tells who wrote its fields, as `--show-managed-fields` prints it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _nobody(_Dump(folder, managed=managed)):
        arguments = [str(GENERATOR), str(pods), "--server", "https://nobody:1", "--threads", "1", "--out", "/dev/null"]
        with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(sys.stderr):
            runpy.run_path(str(GENERATOR), run_name="__main__")


@contextlib.contextmanager
def _nobody(dump: _Dump) -> Iterator[None]:
    """Nobody listens: every connection ends in the dump."""

    class Connection:
        """In place of one to an API server."""

        def __init__(self, *_args: object, **_kwargs: object) -> None:
            self._answer = _Answer(b"")
            self._last = ""

        def request(self, method: str, path: str, data: bytes, _headers: object) -> None:
            whole = dump.take(method, path, json.loads(data))
            if self._last and not path.startswith(self._last):
                dump.settle(self._last)
            self._last = f"{path}/{whole['metadata']['name']}" if method == "POST" else ""
            self._answer = _Answer(json.dumps(whole).encode())

        def getresponse(self) -> _Answer:
            return self._answer

    context = mock.patch.object(ssl, "create_default_context", return_value=None)
    with context, mock.patch.object(http.client, "HTTPSConnection", Connection):
        yield
    dump.close()
