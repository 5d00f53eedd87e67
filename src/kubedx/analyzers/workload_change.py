"""What differs between two pod templates of a workload, in words and as evidence."""

from collections.abc import Iterator
from itertools import islice

from kubedx.analyzers.evidence import field
from kubedx.findings import Evidence
from kubedx.kube import KubeObject, PodTemplateSpec, TemplateChange
from kubedx.kube import template_changes as differences

MAX_CHANGES = 6


def template_changes(owner: KubeObject, new: PodTemplateSpec, old: PodTemplateSpec) -> Iterator[tuple[str, Evidence]]:
    """Each change in words (`image of container "api" from "a:1" to "a:2"`) and as evidence from the owner's template; at most six."""
    present = (change for change in differences(old, new) if change.field != "name" or change.after)
    for change in islice(present, MAX_CHANGES):
        yield _words(change), _evidence(owner, change)


def _words(change: TemplateChange) -> str:
    if not change.container:
        return f"{change.field} changed"
    label = f'{"init container" if change.init else "container"} "{change.container}"'
    if change.field == "name":
        return f"{label} added"
    if change.field == "env":
        return f"env {_variables(change)} of {label}"
    told = f' from "{change.before}" to "{change.after}"' if isinstance(change.after, str) and isinstance(change.before, str) else ""
    return f"{change.field} of {label}{told}"


def _evidence(owner: KubeObject, change: TemplateChange) -> Evidence:
    path = f"spec.template.spec.{change.path}"
    if change.field == "name":
        return field(owner, f"{path}.image", change.after)
    return field(owner, path, _variables(change) if change.field == "env" else change.after)


def _variables(change: TemplateChange) -> str:
    """The names of all variables that came, went or changed."""
    return ", ".join(sorted({each.partition(" ")[0] for told in (change.before, change.after) for each in told.split(", ") if each}))
