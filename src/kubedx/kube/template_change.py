"""What differs between two pod templates of a workload, in the fields that break rollouts."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from kubedx.kube.container import Container
from kubedx.kube.environment import EnvVar
from kubedx.kube.pattern import pattern_of
from kubedx.kube.pod import PodTemplateSpec

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
_SECRET = pattern_of(r"(?i)((?:pass(?:word|wd)?|token|secret|credential|api[-_]?key|access[-_]?key|auth)[\w.-]*\s*[=:\s]\s*)[^\s\",]+")
_IN_URL = pattern_of(r"(://[^\s:/@]*:)[^\s@/]+@")


class TemplateChange(NamedTuple):
    """One field that differs. `field` and `path` are in the API's spelling, the path from the pod spec on.

    `container` is empty for a field of the pod, `init` tells of which list the container is. A container that was added or taken out
    has the field `name`. Values are as JSON would have them, without what is empty; of variables there are names alone.
    """

    path: str
    field: str
    before: Any
    after: Any
    container: str = ""
    init: bool = False


def template_changes(old: PodTemplateSpec, new: PodTemplateSpec) -> Iterator[TemplateChange]:
    """Each field that differs, containers first."""
    for group, init in (("containers", False), ("init_containers", True)):
        yield from _containers(getattr(old.spec, group), getattr(new.spec, group), init=init)
    for name in _OF_POD:
        before, after = getattr(old.spec, name), getattr(new.spec, name)
        if before != after:
            yield TemplateChange(_camel(name), _camel(name), _built(before), _built(after))


def words_of_value(value: Any) -> str:
    """A value of a change as text, compact JSON where it is no text; passwords and tokens in it are masked by the look of them."""
    if value in (None, "", [], {}):
        return ""
    text = value if isinstance(value, str) else msgspec.json.encode(value, order="deterministic").decode()
    return _IN_URL.sub(r"\1•••@", _SECRET.sub(r"\1•••", text))


def _containers(old: tuple[Container, ...], new: tuple[Container, ...], *, init: bool) -> Iterator[TemplateChange]:
    group = "initContainers" if init else "containers"
    before, after = ({one.name: one for one in each} for each in (old, new))
    for name, container in after.items():
        path = f"{group}[{name}]"
        if name not in before:
            yield TemplateChange(path, "name", "", container.image, name, init)
        else:
            yield from _container(path, before[name], container, init=init)
    for name in before:
        if name not in after:
            yield TemplateChange(f"{group}[{name}]", "name", before[name].image, "", name, init)


def _container(path: str, old: Container, new: Container, *, init: bool) -> Iterator[TemplateChange]:
    for name in _OF_CONTAINER:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield TemplateChange(f"{path}.{_camel(name)}", _camel(name), _built(before), _built(after), new.name, init)
    earlier, later = ({variable.name: variable for variable in one.env} for one in (old, new))
    # Values of variables may be secrets: names only.
    changed = sorted(name for name in earlier.keys() | later.keys() if earlier.get(name) != later.get(name))
    if changed:
        gone = ", ".join(_variable(earlier[name]) for name in changed if name in earlier)
        come = ", ".join(_variable(later[name]) for name in changed if name in later)
        yield TemplateChange(f"{path}.env", "env", gone, come, new.name, init)


def _variable(variable: EnvVar) -> str:
    """A variable by its name, and where its value comes from: `MODE (cart-config/mode)`."""
    source = variable.value_from
    key = (source.config_map_key_ref or source.secret_key_ref) if source else None
    return f"{variable.name} ({key.name}/{key.key})" if key else variable.name


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
