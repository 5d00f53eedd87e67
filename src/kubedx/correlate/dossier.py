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


def dossier_of(fault: Fault, inventory: Inventory) -> Dossier:
    """The container in question, or the spec of the object, and the spec of the cause where it is another object."""
    refs = dict.fromkeys((fault.owner, fault.lead.subject, *((fault.lead.cause,) if fault.lead.cause else ())))
    found = ((ref, inventory.find(ref)) for ref in refs)
    excerpts = (_excerpt(ref, lookup.object, fault.lead.part) for ref, lookup in found if isinstance(lookup, Found))
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


def _trimmed(value: Any) -> Any:
    match value:
        case dict():
            trimmed = {key: _trimmed(inner) for key, inner in value.items() if key != "env"}
            if value.get("env"):
                trimmed["env"] = [variable.get("name") for variable in value["env"]]
            return {key: inner for key, inner in trimmed.items() if inner not in (None, "", [], {}, False)}
        case list() | tuple():
            return [_trimmed(inner) for inner in value]
        case _:
            return value
