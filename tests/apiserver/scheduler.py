"""A real kube-scheduler beside the API server, and what it says of a pod."""

import os
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from apiserver.cluster import Cluster, free_port
from apiserver.scheduling_cases import WANTED, Object

FITS = "fits"
_AFTERTHOUGHT = re.compile(
    r"(?<=\.) (?:no new claims to deallocate|still not schedulable|deallocation of ResourceClaim|not found|preemption:).*$", re.DOTALL
)  # of the PostFilter plugins
_SETTLED = 1.5  # seconds without another verdict
_PATIENCE = 12.0
_PLURALS = {
    "CSINode": "csinodes",
    "DeviceClass": "deviceclasses",
    "Namespace": "namespaces",
    "Node": "nodes",
    "PersistentVolume": "persistentvolumes",
    "PersistentVolumeClaim": "persistentvolumeclaims",
    "Pod": "pods",
    "ResourceClaim": "resourceclaims",
    "StorageClass": "storageclasses",
}
_NAMESPACED = {"Pod", "PersistentVolumeClaim", "ResourceClaim"}
_WITH_STATUS = {"PersistentVolumeClaim", "PersistentVolume", "ResourceClaim"}
_KEPT = {"Namespace"}


def find_scheduler(assets: Path | str) -> Path | None:
    """The binary, if it is among the assets."""
    program = Path(assets) / "kube-scheduler"
    return program if os.access(program, os.X_OK) else None


class Scheduler:
    """The running scheduler."""

    def __init__(self, cluster: Cluster, program: Path, directory: Path) -> None:
        self._cluster = cluster
        kubeconfig = cluster.kubeconfig(directory / "scheduler.kubeconfig")
        command = [
            str(program),
            f"--kubeconfig={kubeconfig}",
            "--leader-elect=false",
            "--bind-address=127.0.0.1",
            f"--secure-port={free_port()}",
        ]
        # Seconds of waiting between attempts would be seconds of each test.
        with (directory / "kube-scheduler.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def verdict(self, objects: Iterable[Object], expected: str = "") -> str:
        """What the scheduler says of the pod of a case, without preemption: at once what is expected, else what it settles on."""
        made = list(objects)
        for one in made:
            self._make(one)
        try:
            return self._settled(expected)
        finally:
            for one in reversed(made):
                self._delete(one)

    def _settled(self, expected: str) -> str:
        said, since, end = "", time.monotonic(), time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            now = self._said()
            if now and now == expected:
                return now
            if now != said:
                said, since = now, time.monotonic()
            if said and time.monotonic() - since > (_SETTLED if not expected else _PATIENCE):
                return said
            time.sleep(0.05)
        return said

    def _said(self) -> str:
        _status, pod = self._cluster.request("GET", f"/api/v1/namespaces/shop/pods/{WANTED}")
        if pod["spec"].get("nodeName"):
            return FITS
        scheduled = [one for one in pod["status"].get("conditions", []) if one["type"] == "PodScheduled"]
        return _AFTERTHOUGHT.sub("", scheduled[0]["message"]) if scheduled else ""

    def _make(self, obj: Object) -> None:
        status, answer = self._cluster.request("POST", _path(obj), obj)
        if status == 409 and obj["kind"] in _KEPT:
            return
        assert status == 201, answer
        if obj["kind"] == "Node":
            # Admission marks a new node as not ready.
            self._put(_path(obj, obj["metadata"]["name"]), {**answer, "spec": {**answer["spec"], "taints": obj["spec"].get("taints", [])}})
        if obj["kind"] in _WITH_STATUS:
            self._put(f"{_path(obj, obj['metadata']['name'])}/status", {**answer, "status": obj["status"]})

    def _put(self, path: str, body: Any) -> None:
        status, answer = self._cluster.request("PUT", path, body)
        assert status == 200, answer

    def _delete(self, obj: Object) -> None:
        if obj["kind"] in _KEPT:
            return
        path = _path(obj, obj["metadata"]["name"])
        self._cluster.request("DELETE", f"{path}?gracePeriodSeconds=0")
        status, found = self._cluster.request("GET", path)
        if status == 200 and found["metadata"].get("finalizers"):
            found["metadata"]["finalizers"] = []
            self._cluster.request("PUT", path, found)


def _path(obj: Object, name: str = "") -> str:
    api = obj["apiVersion"]
    base = f"/api/{api}" if "/" not in api else f"/apis/{api}"
    place = f"/namespaces/{obj['metadata']['namespace']}" if obj["kind"] in _NAMESPACED else ""
    return f"{base}{place}/{_PLURALS[obj['kind']]}{f'/{name}' if name else ''}"
