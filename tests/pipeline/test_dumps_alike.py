"""A cluster as kubectl, must-gather, a support bundle and sosreport lay it out: the same incident, with what its log says."""

import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kubedx.findings import Incident
from kubedx.pipeline import Request, diagnose
from kubedx.source import DumpSource
from pipeline.test_unlisted_owners import cluster

LOG = "starting\npanic: cannot reach the tallybook\n"
PODS = [document["metadata"]["name"] for document in cluster() if document["kind"] == "Pod"]


def typed(kind: str) -> dict[str, Any]:
    """The list of a kind as client-go writes it: items without their kind."""
    found = [document for document in cluster() if document["kind"] == kind]
    items = [{key: value for key, value in document.items() if key not in {"kind", "apiVersion"}} for document in found]
    return {"apiVersion": found[0]["apiVersion"], "kind": f"{kind}List", "metadata": {"resourceVersion": "7"}, "items": items}


def lists(pattern: str) -> dict[str, Any]:
    return {pattern.format(kind.lower() + "s"): typed(kind) for kind in ("Pod", "ReplicaSet", "Deployment")}


BLOCK = "==== {} logs for container api of pod shop/{} ====\n"
BUNDLE = "support-bundle/cluster-resources"
SOS = "sosreport-host-a/sos_commands/kubernetes/cluster-info/shop"
LAYOUTS: dict[str, dict[str, Any]] = {
    "kubectl": {
        "all.json": {"apiVersion": "v1", "kind": "List", "items": cluster()},
        **{f"shop/{pod}/api.log": LOG for pod in PODS},
    },
    "cluster-info": {
        **lists("shop/{}.json"),
        **{f"shop/{pod}/logs.txt": BLOCK.format("START", pod) + LOG + BLOCK.format("END", pod) for pod in PODS},
    },
    "must-gather": {
        "image-sha256-0f/version": "openshift/must-gather\n4.16.0\n",
        "image-sha256-0f/namespaces/shop/core/pods.yaml": typed("Pod"),
        "image-sha256-0f/namespaces/shop/apps/replicasets.yaml": typed("ReplicaSet"),
        "image-sha256-0f/namespaces/shop/apps/deployments.yaml": typed("Deployment"),
        **{
            f"image-sha256-0f/namespaces/shop/pods/{pod}/api/api/logs/current.log": "".join(
                f"2026-03-01T11:00:00.123456789Z {line}\n" for line in LOG.splitlines()
            )
            for pod in PODS
        },
    },
    "support bundle": {
        **lists(f"{BUNDLE}/{{}}/shop.json"),
        **{f"{BUNDLE}/pods/logs/shop/{pod}/api.log": LOG for pod in PODS},
    },
    "sosreport": {
        **lists(f"{SOS}/kubectl_get_-o_json_--namespace_shop_{{}}"),
        **{f"{SOS}/podlogs/{pod}/kubectl_--namespace_shop_logs_{pod}_-c_api": LOG for pod in PODS},
    },
}


def write(root: Path, files: Mapping[str, Any]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=4))
    return root


def incident(path: Path) -> Incident:
    source = DumpSource([str(path)])
    try:
        (found,) = diagnose(source, Request()).incidents
    finally:
        source.close()
    return found


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "tar.gz"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_tells_the_same(tmp_path: Path, layout: str, packed: bool) -> None:
    path = write(tmp_path / "dump", LAYOUTS[layout])
    if packed:
        path = tmp_path / "dump.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            archive.add(tmp_path / "dump", arcname="dump")
    found = incident(path)
    assert "panic: cannot reach the tallybook" in found.title
    told = incident(write(tmp_path / "told", LAYOUTS["kubectl"]))
    assert (found.id, found.title, found.root_cause.subject) == (told.id, told.title, told.root_cause.subject)
