"""Taints, and the tolerations that let a pod stay on a node in spite of them."""

from collections.abc import Iterable

from kubedx.kube.object import Struct, Timestamp


class Taint(Struct, frozen=True):
    """A mark on a node that keeps pods away. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""

    effect: str = ""
    key: str = ""
    time_added: Timestamp | None = None
    value: str = ""


class Toleration(Struct, frozen=True):
    """A pod's leave to run on a node with a matching taint."""

    effect: str = ""
    key: str = ""
    operator: str = "Equal"
    toleration_seconds: int | None = None
    value: str = ""


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether a toleration tolerates a taint: an empty key or effect is any, Exists asks for no value.

    Source: k8s.io/api/core/v1/toleration.go, ToleratesTaint.
    """
    if toleration.effect not in {"", taint.effect} or toleration.key not in {"", taint.key}:
        return False
    match toleration.operator:
        case "Exists":
            return True
        case "" | "Equal":
            return toleration.value == taint.value
        case _:
            return False


def untolerated(tolerations: Iterable[Toleration], taints: Iterable[Taint]) -> tuple[Taint, ...]:
    """The taints that keep a pod with these tolerations off a node: PreferNoSchedule never does."""
    leave = tuple(tolerations)
    hard = (taint for taint in taints if taint.effect in {"NoSchedule", "NoExecute"})
    return tuple(taint for taint in hard if not any(tolerates(toleration, taint) for toleration in leave))
