"""The excerpts of specs that a reader of an incident wants at hand."""

from typing import Any

import msgspec

from kubedx.correlate.fault import Fault
from kubedx.findings import Dossier, Excerpt
from kubedx.inventory import Found, Inventory
from kubedx.kube import KubeObject, Ref, containers, pattern_of, pod_template

MAX_TEXT = 2000
"""Characters of one excerpt."""

_CONTAINER_PART = pattern_of(r"container (\S+)$")


_DEFAULTS: dict[str, Any] = {
    "dnsPolicy": "ClusterFirst",
    "periodSeconds": 10,
    "preemptionPolicy": "PreemptLowerPriority",
    "progressDeadlineSeconds": 600,
    "protocol": "TCP",
    "restartPolicy": "Always",
    "revisionHistoryLimit": 10,
    "schedulerName": "default-scheduler",
    "scheme": "HTTP",
    "serviceAccountName": "default",
    "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
    "volumeMode": "Filesystem",
}
"""What the API server fills in where nobody says anything, so that it tells nothing.

Source: k8s.io/kubernetes/pkg/apis/core/v1/defaults.go and pkg/apis/apps/v1/defaults.go.
"""

_TOKEN_MOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105  # a path, and no secret
_TOLERATED = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})


def dossier_of(fault: Fault, inventory: Inventory) -> Dossier:
    """The container in question, or the spec of the object, and the spec of the cause where it is another object.

    A pod is as the template of its owner says, which is told once.
    """
    refs = dict.fromkeys((fault.owner, fault.lead.subject, *((fault.lead.cause,) if fault.lead.cause else ())))
    found = {ref: lookup.object for ref in refs if isinstance(lookup := inventory.find(ref), Found)}
    if fault.owner in found and pod_template(found[fault.owner]) is not None:
        found = {ref: obj for ref, obj in found.items() if ref.kind != "Pod" or ref == fault.owner}
    excerpts = (_excerpt(ref, obj, fault.lead.part) for ref, obj in found.items())
    kept: dict[str, Excerpt] = {}
    for excerpt in excerpts:
        if excerpt is not None:
            kept.setdefault(excerpt.text, excerpt)
    return Dossier(tuple(kept.values()))


def excerpt_of(ref: Ref, obj: KubeObject) -> Excerpt | None:
    """The spec of an object, as a dossier tells it."""
    return _excerpt(ref, obj, "")


def excerpt_text(part: Any) -> str:
    """A part of an object, as a dossier tells it."""
    return _text(part)


def _excerpt(ref: Ref, obj: KubeObject, part: str) -> Excerpt | None:
    template = pod_template(obj)
    named = _CONTAINER_PART.match(part)
    if template is not None and named is not None:
        for container, _role in containers(template.spec):
            if container.name == named[1]:
                return Excerpt(ref, f"container {named[1]}", _text(container))
    spec = getattr(obj, "spec", None)
    return Excerpt(ref, "spec", _text(spec)) if spec is not None else None


def _text(part: Any) -> str:
    """Compact JSON without what is empty. The values of environment variables are left out: they may be secrets."""
    return msgspec.json.encode(_trimmed(msgspec.to_builtins(part))).decode()[:MAX_TEXT]


def _is_injected(value: Any) -> bool:
    """Whether admission put it into every pod: the token of the ServiceAccount, and patience with nodes that do not answer."""
    if not isinstance(value, dict):
        return False
    if value.get("mountPath") == _TOKEN_MOUNT or (value.get("tolerationSeconds") == 300 and value.get("key") in _TOLERATED):
        return True
    return str(value.get("name", "")).startswith("kube-api-access-") and "projected" in value


def _trimmed(value: Any) -> Any:
    match value:
        case dict():
            trimmed = {key: _trimmed(inner) for key, inner in value.items() if key != "env" and _DEFAULTS.get(key) != inner}
            if value.get("env"):
                trimmed["env"] = [variable.get("name") for variable in value["env"]]
            return {key: inner for key, inner in trimmed.items() if inner not in (None, "", [], {}, False)}
        case list() | tuple():
            return [_trimmed(inner) for inner in value if not _is_injected(inner)]
        case _:
            return value
