"""What `explain` may ask of a cluster."""

from typing import Protocol

from kubedx.findings.incident import Excerpt
from kubedx.kube import Ref


class Facts(Protocol):
    """Answers about objects, by which a model's claims are checked."""

    def exists(self, ref: Ref) -> bool | None:
        """Whether the object exists; None when that is not known."""
        ...


class LookUp(Facts, Protocol):
    """What a conversation may ask of a cluster that was read: it only looks, and only at what was read."""

    def named_in(self, question: str, namespace: str) -> tuple[Ref, ...]:
        """The objects that a question names, those of the namespace first; a few at most."""
        ...

    def about(self, ref: Ref) -> tuple[Excerpt, ...]:
        """What is known of an object, in a few excerpts."""
        ...
