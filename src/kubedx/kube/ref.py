"""Names of things: a Kind of the API, and a Ref to one object."""

from typing import NamedTuple

import msgspec


class GroupKind(NamedTuple):
    """A kind without its version: what identifies it across versions of its API."""

    group: str
    kind: str


def group_of(api_version: str) -> str:
    """The API group in an apiVersion: `apps` of `apps/v1`, the empty string of `v1`."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""


class Kind(msgspec.Struct, frozen=True, gc=False, order=True):
    """A resource that an API server serves, under the version that we read."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool = True

    @property
    def group(self) -> str:
        """The API group, empty for the core group."""
        return group_of(self.api_version)

    @property
    def group_kind(self) -> GroupKind:
        """The kind without its version."""
        return GroupKind(self.group, self.kind)

    def ref(self, namespace: str, name: str) -> "Ref":
        """The reference to the object of this kind with that name; the namespace is dropped where the kind has none."""
        return Ref(self.api_version, self.kind, namespace if self.namespaced else "", name)


class Ref(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel"):
    """A reference to one object, which may not exist. `namespace` is empty for cluster-scoped objects."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def group(self) -> str:
        """The API group, empty for the core group."""
        return group_of(self.api_version)

    @property
    def group_kind(self) -> GroupKind:
        """The kind without its version."""
        return GroupKind(self.group, self.kind)

    def __str__(self) -> str:
        """`Deployment shop/cart`, or `Node node-a`: for people, never for identity."""
        return f"{self.kind} {self.namespace}/{self.name}" if self.namespace else f"{self.kind} {self.name}"
