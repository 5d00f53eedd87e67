"""What the place of a file in a dump tells: of what kind and of which namespace a list in it is, though it is empty.

Tools that write a file for each kind and namespace tell by an empty list that there is none; in the list itself neither stands.

* `kubectl cluster-info dump --output-directory`: `<namespace>/<kinds>.json` (kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go).
  Seven kinds of each namespace, and nodes; the other kinds were never asked for. To stdout, the same lists in a row, with
  logs between them (`split_logs`).
* OpenShift `must-gather` and `oc adm inspect`: `namespaces/<namespace>/<group>/<kinds>.yaml` is the list of a namespace. Of
  kinds without namespaces there is a file for each object, `cluster-scoped-resources/<group>/<kinds>/<name>.yaml`, which
  proves no list, but for those that `must-gather` asks for whole (openshift/must-gather, collection-scripts/gather).
* troubleshoot.sh: `cluster-resources/<kinds>/<namespace>.json`, `cluster-resources/<kinds>.json`; older versions write the items
  alone, without their kind (replicatedhq/troubleshoot, pkg/collect/cluster_resources.go). What failed is in `…-errors.json`
  and has no file of its own, so nothing is claimed of it.
* sosreport: `cluster-info/<namespace>/kubectl_get_-o_json_--namespace_<namespace>_<kinds>` (sos, sos/report/plugins/kubernetes.py).
"""

import re
from collections.abc import Iterator

import msgspec

from kubedx.kube import TYPES, GroupKind, Kind, pattern_of

MUST_GATHER = b"openshift/must-gather"
"""How the file `version` of a must-gather begins."""

WHOLE_IN_MUST_GATHER: frozenset[GroupKind] = frozenset(
    known.KIND.group_kind
    for known in TYPES
    if known.KIND.plural
    in {
        "nodes",
        "persistentvolumes",
        "storageclasses",
        "volumeattachments",
        "csidrivers",
        "csinodes",
        "mutatingwebhookconfigurations",
        "validatingwebhookconfigurations",
    }
    and "metrics" not in known.KIND.group
)
"""The kinds without namespaces that a must-gather lists itself, and not only as related to an operator."""

_ALIASES = {
    "ingress": "ingresses",
    "networkpolicy": "networkpolicies",
    "poddisruptionbudget": "poddisruptionbudgets",
    "pv": "persistentvolumes",
    "pvc": "persistentvolumeclaims",
    "pvcs": "persistentvolumeclaims",
    "pvs": "persistentvolumes",
    "resourcequota": "resourcequotas",
    "sc": "storageclasses",
}
_BY_PLURAL = {known.KIND.plural: known.KIND for known in TYPES if known.KIND.group != "metrics.k8s.io"}
# Written in versions whose fields are named otherwise than those that we read.
_OF_UNTOLD_VERSION = frozenset({"ingresses", "customresourcedefinitions", "horizontalpodautoscalers"})
_OF_CLUSTER_INFO = frozenset({"events", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "pods"})

_SOS = pattern_of(r"(?:kubectl|oc)_(?:.*_)?get_-o_json_(?:--namespace_(?P<namespace>[a-z0-9-]+)_)?(?P<plural>[a-z]+)")
_EXTENSION = pattern_of(r"\.(?:json|ya?ml|txt)$")
_START = pattern_of(rb"^==== START logs for container (\S+) of pod ([^\s/]+)/(\S+) ====\r?\n", re.MULTILINE)
_END = b"==== END logs for container %s of pod %s/%s ===="


class Place(msgspec.Struct, frozen=True):
    """Of which kind the list in a file is, and of which namespace (empty: of a kind without namespaces, or not told).

    `kindless` tells that its items may lack their kind, so that the place alone tells it.
    """

    kind: Kind
    namespace: str = ""
    kindless: bool = False


class StreamedLog(msgspec.Struct, frozen=True):
    """The log of a container in the midst of a stream of objects."""

    namespace: str
    pod: str
    container: str
    text: bytes


def place_of(parts: tuple[str, ...]) -> Place | None:
    """What the place of a file tells; None for any that is not one of the tools' own."""
    *folders, last = parts or ("",)
    if sos := _SOS.fullmatch(last):
        return _place(sos["plural"], sos["namespace"] or "")
    stem = _EXTENSION.sub("", last)
    if "cluster-resources" in folders[-2:]:
        below = folders[len(folders) - folders[::-1].index("cluster-resources") :]
        found = _place(below[0], stem) if below else _place(stem, "")
        return msgspec.structs.replace(found, kindless=found.kind.plural not in _OF_UNTOLD_VERSION) if found else None
    if len(folders) >= 3 and folders[-3] == "namespaces":
        return _place(stem, folders[-2])
    if folders and stem.replace("-", "") in _OF_CLUSTER_INFO:
        return _place(stem, folders[-1])
    return None


def _place(plural: str, namespace: str) -> Place | None:
    word = plural.replace("-", "").lower()
    kind = _BY_PLURAL.get(_ALIASES.get(word, word))
    return Place(kind, namespace if kind.namespaced else "") if kind else None


def holds_streamed_logs(data: bytes) -> bool:
    """Whether logs stand among the objects of a text."""
    return _START.search(data) is not None


def split_logs(data: bytes) -> tuple[bytes, tuple[StreamedLog, ...]]:
    """The objects of what `kubectl cluster-info dump` prints, without the logs between them, and these logs."""
    objects, logs, end = [], [], 0
    for start, stop, log in _streamed(data):
        objects.append(data[end:start])
        logs.append(log)
        end = stop
    return b"\n".join([*objects, data[end:]]), tuple(logs)


def _streamed(data: bytes) -> Iterator[tuple[int, int, StreamedLog]]:
    at = 0
    while start := _START.search(data, at):
        mark = _END % start.groups()
        end = data.find(mark, start.end())
        text = data[start.end() : end if end >= 0 else len(data)]
        at = end + len(mark) if end >= 0 else len(data)
        container, namespace, pod = (part.decode("utf-8", "replace") for part in start.groups())
        yield start.start(), at, StreamedLog(namespace, pod, container, text)
