"""One object that the user asked about, with what it depends on and what depends on it."""

import msgspec

from kubedx.kube import Ref


class Relation(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel", kw_only=True):
    """An object that depends on the one in focus, or that it depends on.

    `hops` counts the edges between them, `edge` is the last of them on the way (`mounts`, `selects` …). `exists` is None
    where that is not known. `incidents` are the ranks of the incidents that the object is in.
    """

    hops: int
    edge: str
    ref: Ref
    exists: bool | None = None
    incidents: tuple[int, ...] = ()


class Focus(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """The object, and its relations, the nearest first. `owned` are the objects that it has made, such as a Deployment's pods."""

    ref: Ref
    owned: int = 0
    depends_on: tuple[Relation, ...] = ()
    dependents: tuple[Relation, ...] = ()
