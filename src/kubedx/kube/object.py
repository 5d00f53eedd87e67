"""What every object of the API has in common, and the rules by which objects are typed.

The laws of a typed object (design §4):

* Frozen, only the fields that something reads; unknown fields are ignored.
* A field is named as in the API, in snake case; a name that camel case would get wrong
  (`clusterIP`, `podIP`, `providerID` …) carries `msgspec.field(name=…)`. A test compares every encoded
  name with the OpenAPI of a real API server.
* Collections are tuples and dicts, empty when absent.
* **Null is absent.** Go writes `null` for empty lists, maps and pointers, anywhere. `decode` removes every
  null where the typed decoding refuses it, so no field needs a type of its own for it.
* Quantities stay as written (`str | int | float`); `kube.quantity` turns them into `Decimal`.
"""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec

from kubedx.kube.ref import Kind, Ref

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""A moment with its time zone, as every time of the API is written (RFC 3339)."""


class Struct(msgspec.Struct, frozen=True, gc=False, kw_only=True, rename="camel", omit_defaults=True):
    """The base of every typed part of an object."""


class OwnerReference(Struct, frozen=True):
    """Who made an object. https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/"""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool = False


class Owned(Struct, frozen=True):
    """That a manager owns something of a part of an object; what it is, is not kept."""


class FieldSet(Struct, frozen=True):
    """Whether a manager owns anything of the spec."""

    spec: Owned | None = msgspec.field(name="f:spec", default=None)


class ManagedFields(Struct, frozen=True):
    """Who changed an object last, in which way and when; of which fields, only whether some of the spec are among them.

    https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    """

    manager: str = ""
    operation: str = ""
    subresource: str = ""
    time: Timestamp | None = None
    fields_v1: FieldSet = FieldSet()


class ObjectMeta(Struct, frozen=True):
    """The metadata of an object. The last-applied annotation is not kept, nor are the field sets of managedFields."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    generate_name: str = ""
    generation: int = 0
    creation_timestamp: Timestamp | None = None
    deletion_timestamp: Timestamp | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[OwnerReference, ...] = ()
    managed_fields: tuple[ManagedFields, ...] = ()

    @property
    def controller(self) -> OwnerReference | None:
        """The owner that controls this object, if one does."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class Condition(Struct, frozen=True):
    """A condition of a status, in the form that nearly every kind uses."""

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: Timestamp | None = None
    observed_generation: int = 0


class LocalObjectReference(Struct, frozen=True):
    """The name of an object in the same namespace."""

    name: str = ""


class KubeObject(Struct, frozen=True):
    """The base of every typed object. Each kind sets `KIND`."""

    KIND: ClassVar[Kind]

    metadata: ObjectMeta = ObjectMeta()

    @property
    def kind(self) -> Kind:
        """The kind of the object."""
        return self.KIND

    @property
    def ref(self) -> Ref:
        """The reference to this object."""
        meta, kind = self.metadata, self.kind
        return Ref(kind.api_version, kind.kind, meta.namespace, meta.name)

    @property
    def name(self) -> str:
        """metadata.name"""
        return self.metadata.name

    @property
    def namespace(self) -> str:
        """metadata.namespace, empty for cluster-scoped objects."""
        return self.metadata.namespace

    @property
    def uid(self) -> str:
        """metadata.uid"""
        return self.metadata.uid


class RawObject(KubeObject, frozen=True, kw_only=True):
    """An object of a kind that has no type here: a custom resource. `data` is the whole object."""

    KIND: ClassVar[Kind] = Kind("", "", "")

    served_as: Kind
    data: dict[str, Any] = {}

    @property
    def kind(self) -> Kind:
        """The kind of the object, as the API server or the dump names it."""
        return self.served_as
