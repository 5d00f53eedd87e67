"""What an API says of its own fields: the descriptions in its OpenAPI v3 documents.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3 tells where an API server publishes them; the schema of a
CustomResourceDefinition has the same form.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec

from kubedx.kube import GroupKind

_UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
_MOST_REFERENCES = 8
"""References that are followed from one schema to the next; a longer chain is a circle."""


class GroupVersionKind(msgspec.Struct, frozen=True):
    """The kind that a schema describes."""

    group: str = ""
    version: str = ""
    kind: str = ""


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """A schema, of which only what leads to descriptions is kept."""

    description: str | None = ""
    properties: dict[str, "Schema"] | None = None
    items: "Schema | None" = None
    values: "Schema | bool | None" = msgspec.field(name="additionalProperties", default=None)
    all_of: tuple["Schema", ...] | None = msgspec.field(name="allOf", default=None)
    reference: str | None = msgspec.field(name="$ref", default="")
    kinds: tuple[GroupVersionKind, ...] | None = msgspec.field(name="x-kubernetes-group-version-kind", default=None)


class _Components(msgspec.Struct, frozen=True):
    schemas: dict[str, Schema] = {}


class _Document(msgspec.Struct, frozen=True):
    components: _Components = _Components()


class _Validation(msgspec.Struct, frozen=True):
    schema: Schema = msgspec.field(name="openAPIV3Schema", default=Schema())


class _Version(msgspec.Struct, frozen=True):
    name: str = ""
    schema: _Validation | None = None


class _Names(msgspec.Struct, frozen=True):
    kind: str = ""


class _DefinitionSpec(msgspec.Struct, frozen=True):
    group: str = ""
    names: _Names = _Names()
    versions: tuple[_Version, ...] = ()


class _Definition(msgspec.Struct, frozen=True):
    spec: _DefinitionSpec = _DefinitionSpec()


_DOCUMENT = msgspec.json.Decoder(_Document)
_DEFINITION = msgspec.json.Decoder(_Definition)


class OpenApi:
    """The schemas of one version of one group, or of several."""

    def __init__(self, schemas: Mapping[str, Schema], kinds: Mapping[GroupKind, Schema]) -> None:
        self._schemas, self._kinds = schemas, kinds

    @classmethod
    def of_document(cls, body: bytes) -> Self:
        """An OpenAPI v3 document as an API server writes it. Raises ValueError for what is none."""
        try:
            schemas = _DOCUMENT.decode(body).components.schemas
        except _UNREADABLE as error:
            raise ValueError("it is no OpenAPI v3 document") from error
        kinds = {GroupKind(one.group, one.kind): schema for schema in schemas.values() for one in schema.kinds or ()}
        return cls(schemas, kinds)

    @classmethod
    def of_definitions(cls, api_version: str, bodies: Iterable[bytes]) -> Self:
        """What CustomResourceDefinitions, each as JSON, say of one version of a group; what cannot be read says nothing."""
        group, _, version = api_version.rpartition("/")
        kinds = {}
        for body in bodies:
            try:
                spec = _DEFINITION.decode(body).spec
            except _UNREADABLE:
                continue
            for one in spec.versions:
                if (spec.group, one.name) == (group, version) and one.schema is not None:
                    kinds[GroupKind(group, spec.names.kind)] = one.schema.schema
        return cls({}, kinds)

    def describe(self, kind: GroupKind, names: Sequence[str]) -> str:
        """The description of the field of that path (`field_names`); of a map, whatever the key. Empty where there is none."""
        schema = self._kinds.get(kind)
        described = ""
        for name in names:
            inner = self._inside(schema) if schema else None
            if inner is None:
                return ""
            if not inner.properties and inner.values:
                break
            schema = (inner.properties or {}).get(name)
            if schema is None:
                return ""
            described = schema.description or self._followed(schema).description or ""
        return " ".join(described.split())

    def _inside(self, schema: Schema) -> Schema:
        """The schema that has a field's properties: of a list, that of its items."""
        followed = self._followed(schema)
        return self._followed(followed.items) if followed.items else followed

    def _followed(self, schema: Schema) -> Schema:
        for _ in range(_MOST_REFERENCES):
            part = next((one for one in schema.all_of or () if one.reference), schema)
            if not part.reference:
                return schema
            found = self._schemas.get(part.reference.rpartition("/")[2])
            if found is None:
                return schema
            schema = found
        return Schema()


def field_names(path: str) -> tuple[str, ...]:
    """The names of the fields in a path as evidence has it: of `spec.containers[api].env (keys)` spec, containers, env.

    What stands in brackets (the key of a list's entry, or of a map) is no field.
    """
    names, name, depth = [], "", 0
    for letter in path.partition(" (")[0]:
        if letter == "." and not depth:
            names.append(name)
            name = ""
        elif letter in "[]":
            depth = max(0, depth + (1 if letter == "[" else -1))
        elif not depth:
            name += letter
    return tuple(one for one in (*names, name) if one)
