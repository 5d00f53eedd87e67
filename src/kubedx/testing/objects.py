"""Short maps and YAML into typed objects. What does not fit a type is an error here: a test's input must be right."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from kubedx.kube import TYPES, Gap, Kind, KubeObject
from kubedx.source import parse_yaml, type_document

T = TypeVar("T", bound=KubeObject)


def build(kind: type[T], name: str, **fields: Any) -> T:
    """An object by its kind, its name (`namespace/name`; `name` alone is in `default` where the kind has namespaces) and its fields.

    Fields are those of the API (`spec={"nodeName": "node-a"}`); `labels`, `annotations` and `ownerReferences` and the
    other fields of metadata may stand among them, under the names of the API.

        build(Pod, "shop/cart-1", labels={"app": "cart"}, status={"phase": "Pending"})
    """
    namespace, _, own_name = name.rpartition("/")
    metadata = {"name": own_name, **fields.pop("metadata", {})}
    if kind.KIND.namespaced:
        metadata["namespace"] = namespace or "default"
    for field in _METADATA & fields.keys():
        metadata[field] = fields.pop(field)
    built = object_from({"apiVersion": kind.KIND.api_version, "kind": kind.KIND.kind, "metadata": metadata, **fields})
    if not isinstance(built, kind):
        raise TypeError(f"{kind.__name__} is not in the table of kinds")
    return built


def object_from(document: Mapping[str, Any]) -> KubeObject:
    """One object as parsed YAML or JSON, typed. `apiVersion` may be left out where the kind's name says enough."""
    decoded = type_document(_completed(document))
    if isinstance(decoded, Gap):
        raise ValueError(f"{decoded.kind or 'object'} {decoded.namespace}/{decoded.name}: {decoded.message}")  # noqa: TRY004  # its value is wrong
    return decoded


def objects_from_yaml(text: str) -> tuple[KubeObject, ...]:
    """Every object of a YAML text: many documents, Lists, or a plain list of objects."""
    return tuple(object_from(document) for value in parse_yaml(text) for document in _objects(value))


_METADATA = frozenset(
    (
        "annotations",
        "creationTimestamp",
        "deletionGracePeriodSeconds",
        "deletionTimestamp",
        "finalizers",
        "generateName",
        "generation",
        "labels",
        "ownerReferences",
        "resourceVersion",
        "uid",
    )
)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, Mapping) and isinstance(value.get("items"), list) and str(value.get("kind", "List")).endswith("List"):
        yield from _objects(value["items"])
    elif isinstance(value, Mapping):
        yield value
    else:
        raise ValueError(f"no object but {type(value).__name__}: {value!r:.80}")


def _completed(document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "apiVersion" in document:
        return document
    kinds: list[Kind] = [known.KIND for known in TYPES if known.KIND.kind == document.get("kind")]
    if len(kinds) != 1:
        raise ValueError(f"apiVersion is missing, and kind {document.get('kind')!r} does not tell it")
    return {"apiVersion": kinds[0].api_version, **document}
