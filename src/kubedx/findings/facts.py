"""What `explain` may ask of a cluster."""

from typing import Protocol

from kubedx.kube import Ref


class Facts(Protocol):
    """Answers about objects, by which a model's claims are checked."""

    def exists(self, ref: Ref) -> bool | None:
        """Whether the object exists; None when that is not known."""
        ...
