"""The fields of every kind that can be created: of built-in ones as a real API server publishes them (`api_fields.json`, written by
scripts/openapi-names), of a custom one as its CustomResourceDefinition tells.
"""

import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

MAX_DEPTH = 64
"""How deep the schema of a custom resource is followed; deeper fields may hold anything."""

_WRITTEN = re.compile(r"(?P<open>[\[{]?)(?P<inner>.*?)[\]}]?(?P<required>!?)")
_OPEN_MARKS = ("preserve-unknown-fields", "embedded-resource")
_LEAVES = frozenset({"any", "boolean", "bytes", "int-or-string", "integer", "number", "quantity", "string", "time"})


class FieldType(msgspec.Struct, frozen=True):
    """What a field takes. `form` is a leaf (`string`, `integer`, `number`, `boolean`, `bytes`, `quantity`, `time`, `int-or-string`, `any`),
    or `list` or `map` of an `element`, or `object`, whose fields are those of a `schema`. `words` are all that a string may be, if not any.
    """

    form: str
    element: "FieldType | None" = None
    schema: str = ""
    words: tuple[str, ...] = ()
    required: bool = False


class ApiFields(msgspec.Struct, frozen=True):
    """Fields by schema. `kinds` gives the schema of a kind, by `apiVersion/kind`; `version` is that of the API server they come from."""

    version: str
    kinds: Mapping[str, str]
    schemas: Mapping[str, Mapping[str, str]]

    def schema_of(self, api_version: str, kind: str) -> str:
        """The schema of a kind; empty for one that is not held."""
        return self.kinds.get(f"{api_version}/{kind}", "")

    def fields(self, schema: str) -> Mapping[str, FieldType]:
        """The fields of a schema."""
        return {name: field_type(written) for name, written in self.schemas[schema].items()}


@cache
def api_fields() -> ApiFields:
    """The fields of the built-in kinds."""
    return msgspec.json.decode(pkgutil.get_data("kubedx.kube", "api_fields.json") or b"", type=ApiFields)


@cache
def field_type(written: str) -> FieldType:
    """A type as the table writes it: `[api.core.v1.Container]!`, `{string}`, `string|A|B`."""
    match = _WRITTEN.fullmatch(written)
    around, inner, required = match.group("open", "inner", "required") if match else ("", "any", "")
    if around:
        return FieldType("list" if around == "[" else "map", element=field_type(inner), required=bool(required))
    form, *words = inner.split("|")
    if form not in _LEAVES:
        return FieldType("object", schema=form, required=bool(required))
    return FieldType(form, words=tuple(words), required=bool(required))


def custom_fields(definition: Mapping[str, Any]) -> dict[str, ApiFields]:
    """The fields of a custom kind by its apiVersion, from a CustomResourceDefinition as parsed JSON; of what has no schema, nothing.

    The schema is structural (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/):
    what may be under a field stands under `properties`, `additionalProperties` and `items` alone.
    """
    spec = _map(definition.get("spec"))
    group, kind = spec.get("group"), _map(spec.get("names")).get("kind")
    found: dict[str, ApiFields] = {}
    for version in spec.get("versions") or ():
        root = _map(_map(_map(version).get("schema")).get("openAPIV3Schema"))
        if isinstance(root.get("properties"), dict) and not root.get("x-kubernetes-preserve-unknown-fields"):
            schemas: dict[str, dict[str, str]] = {}
            schema = _written(root, schemas)
            api_version = f"{group}/{_map(version).get('name')}"
            schemas[schema] = {"apiVersion": "string", "kind": "string", **schemas[schema], "metadata": "any"}
            found[api_version] = ApiFields("", {f"{api_version}/{kind}": schema}, schemas)
    return found


def _written(node: Mapping[str, Any], schemas: dict[str, dict[str, str]], depth: int = 0) -> str:
    """The type of a node of a schema as the table writes it; the fields of an object are put into `schemas`."""
    written, form = "any", node.get("type")
    if depth > MAX_DEPTH or any(node.get(f"x-kubernetes-{mark}") for mark in _OPEN_MARKS):
        pass
    elif node.get("x-kubernetes-int-or-string"):
        written = "int-or-string"
    elif isinstance(node.get("properties"), dict):
        written = _written_object(node, schemas, depth)
    elif form == "array":
        written = f"[{_written(_map(node.get('items')), schemas, depth + 1)}]"
    elif form == "object" and isinstance(node.get("additionalProperties"), dict):
        written = f"{{{_written(node['additionalProperties'], schemas, depth + 1)}}}"
    elif form in ("string", "boolean", "integer", "number"):
        written = "|".join((form, *_words(node)))
    return written


def _written_object(node: Mapping[str, Any], schemas: dict[str, dict[str, str]], depth: int) -> str:
    schema = f"custom.{len(schemas)}"
    schemas[schema] = {}
    required = node.get("required") or ()
    for name, inner in ((name, _map(inner)) for name, inner in node["properties"].items()):
        needed = "!" if name in required and "default" not in inner else ""
        schemas[schema][name] = _written(inner, schemas, depth + 1) + needed
    return schema


def _words(node: Mapping[str, Any]) -> Iterator[str]:
    words = node.get("enum")
    if isinstance(words, list) and all(isinstance(word, str) and re.fullmatch(r"[^|\[\]{}!]*", word) for word in words):
        yield from words


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def is_newer(version: str, than: str) -> bool:
    """Whether one version of Kubernetes (`v1.34.4`) is newer than another, patches aside. One that is not told is not newer."""
    return _minor(version) > _minor(than)


def _minor(version: str) -> tuple[int, int]:
    match = re.match(r"v?(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else (0, 0)
