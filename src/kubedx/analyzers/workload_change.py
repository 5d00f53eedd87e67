"""What differs between two pod templates of a workload, in the few fields that break rollouts."""

from collections.abc import Iterator
from typing import Any

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.findings import Evidence
from kubedx.kube import Container, KubeObject, PodTemplateSpec

MAX_CHANGES = 6

_OF_CONTAINER = (
    "image",
    "command",
    "args",
    "resources",
    "ports",
    "liveness_probe",
    "readiness_probe",
    "startup_probe",
    "security_context",
    "env_from",
    "volume_mounts",
)
_OF_POD = (
    "node_selector",
    "affinity",
    "tolerations",
    "service_account_name",
    "priority_class_name",
    "runtime_class_name",
    "security_context",
    "volumes",
    "image_pull_secrets",
    "scheduling_gates",
)


def template_changes(owner: KubeObject, new: PodTemplateSpec, old: PodTemplateSpec) -> Iterator[tuple[str, Evidence]]:
    """Each change in words (`image of container "api" from "a:1" to "a:2"`) and as evidence from the owner's template; at most six."""
    for number, change in enumerate(_changes(owner, new, old)):
        if number == MAX_CHANGES:
            return
        yield change


def _changes(owner: KubeObject, new: PodTemplateSpec, old: PodTemplateSpec) -> Iterator[tuple[str, Evidence]]:
    for group, label in (("containers", "container"), ("init_containers", "init container")):
        before = {container.name: container for container in getattr(old.spec, group)}
        for container in getattr(new.spec, group):
            path = f"spec.template.spec.{_camel(group)}[{container.name}]"
            if container.name not in before:
                yield f'{label} "{container.name}" added', field(owner, f"{path}.image", container.image)
            else:
                yield from _container_changes(owner, path, f'{label} "{container.name}"', container, before[container.name])
    for name in _OF_POD:
        after, earlier = getattr(new.spec, name), getattr(old.spec, name)
        if after != earlier:
            yield f"{_camel(name)} changed", field(owner, f"spec.template.spec.{_camel(name)}", _built(after))


def _container_changes(owner: KubeObject, path: str, label: str, new: Container, old: Container) -> Iterator[tuple[str, Evidence]]:
    for name in _OF_CONTAINER:
        after, before = getattr(new, name), getattr(old, name)
        if after == before:
            continue
        told = f' from "{before}" to "{after}"' if isinstance(after, str) and isinstance(before, str) else ""
        yield f"{_camel(name)} of {label}{told}", field(owner, f"{path}.{_camel(name)}", _built(after))
    earlier = {variable.name: variable for variable in old.env}
    later = {variable.name: variable for variable in new.env}
    # Values of variables may be secrets: names only.
    if changed := sorted(name for name in earlier.keys() | later.keys() if earlier.get(name) != later.get(name)):
        yield f"env {', '.join(changed)} of {label}", field(owner, f"{path}.env", ", ".join(changed))


def _built(value: Any) -> Any:
    """A value as JSON would have it, without what is empty."""
    match value:
        case msgspec.Struct():
            return _built(msgspec.to_builtins(value))
        case dict():
            return {key: built for key, inner in value.items() if (built := _built(inner)) not in (None, "", [], {}, False)}
        case tuple() | list():
            return [_built(inner) for inner in value]
        case _:
            return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
