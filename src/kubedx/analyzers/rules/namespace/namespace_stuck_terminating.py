"""namespace-stuck-terminating"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import (
    APIService,
    ConfigMap,
    CronJob,
    DaemonSet,
    Deployment,
    Ingress,
    Job,
    KubeObject,
    Namespace,
    PersistentVolumeClaim,
    Pod,
    RawObject,
    Ref,
    Service,
    ServiceAccount,
    StatefulSet,
    condition,
    conditions,
    pattern_of,
)

PATIENCE = timedelta(minutes=2)
DRAINING = timedelta(minutes=15)
"""Pods may be given minutes to end."""
HOLDERS: tuple[type[KubeObject], ...] = (
    RawObject,
    PersistentVolumeClaim,
    Service,
    Ingress,
    Job,
    Pod,
    ConfigMap,
    Deployment,
    StatefulSet,
    DaemonSet,
    CronJob,
    ServiceAccount,
)
"""The kinds that finalizers are usually on."""

_GROUP = pattern_of(r"(?P<group>[a-z0-9.-]+)/(?P<version>v[0-9a-z]+): (?:the server is currently unable|stale GroupVersion|failed to)")
_GONE = {"NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure", "NamespaceDeletionGroupVersionParsingFailure"}
_HELD = {"NamespaceFinalizersRemaining", "NamespaceContentRemaining"}


@rule(
    filter="Namespace",
    on=Namespace,
    consults=(*HOLDERS, APIService),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BE_DELETED,
    produces=(Effect.CANNOT_BE_CREATED,),
    added="0.1",
)
def namespace_stuck_terminating(namespace: Namespace, inventory: Inventory) -> Iterator[Outcome]:
    """A namespace that was deleted does not go away.

    ## What it means
    Something holds it: an object in it has a finalizer that nobody removes (its controller is gone or fails), or an API of the cluster
    is not available, so that what belongs to it cannot be looked for. The namespace's conditions say which; the object is named.

    ## When it is not reported
    In the first two minutes of the deletion, and in the first quarter of an hour while it only waits for its content, such as pods that
    end.

    ## How to fix it
    Bring back the controller that the finalizer belongs to, and it will clean up. Only if it is gone for good, remove the finalizer
    from the named object by hand; what it should have cleaned up outside of the cluster stays behind.
    """
    deleted = namespace.metadata.deletion_timestamp
    if namespace.status.phase != "Terminating" or (deleted is not None and inventory.now - deleted < PATIENCE):
        return
    told = [one for one in conditions(namespace) if one.type in _GONE | _HELD and one.status == "True"]
    holder = _holder(namespace, inventory)
    api = _dead_api(" ".join(one.message for one in told if one.type in _GONE), inventory)
    said, evidence, values = _words(holder, api)
    why = "; ".join(
        quoted(one.message) for one in sorted(told, key=lambda one: (one.type in _HELD, one.type != "NamespaceFinalizersRemaining"))
    )
    held = holder is not None or any(one.type != "NamespaceContentRemaining" for one in told)
    if not held and (not told or deleted is None or inventory.now - deleted < DRAINING):
        return
    yield Hit(
        message=f"namespace is stuck in Terminating{said}" + (f": {why}" if why else ""),
        evidence=(
            field(namespace, "status.phase", namespace.status.phase),
            *(field(namespace, f"status.conditions[{one.type}].message", one.message) for one in told),
            *evidence,
        ),
        cause=api or (holder.ref if holder is not None else None),
        since=deleted,
        values=values,
    )


def _words(holder: KubeObject | None, api: Ref | None) -> tuple[str, tuple[Evidence, ...], dict[str, str]]:
    if api is not None:
        return f": APIService {api.name} is not available", (), {"api": api.name}
    if holder is None:
        return "", (), {}
    finalizers = ", ".join(holder.metadata.finalizers)
    return (
        f': {holder.kind.kind} "{holder.name}" has finalizer {finalizers}, which nobody removes',
        (field(holder, "metadata.finalizers", finalizers), field(holder, "metadata.deletionTimestamp", holder.metadata.deletion_timestamp)),
        {"holder": holder.name, "holder_kind": holder.kind.kind.lower(), "finalizers": finalizers},
    )


def _holder(namespace: Namespace, inventory: Inventory) -> KubeObject | None:
    """An object of the namespace that was deleted and waits for its finalizers."""
    for kind in HOLDERS:
        for one in inventory.list(kind, namespace.name):
            if one.metadata.finalizers and one.metadata.deletion_timestamp is not None:
                return one
    return None


def _dead_api(message: str, inventory: Inventory) -> Ref | None:
    match = _GROUP.search(message)
    found = inventory.get(APIService, "", f"{match['version']}.{match['group']}") if match else None
    if not isinstance(found, Found):
        return None
    available = condition(found.object, "Available")
    return found.object.ref if available is not None and available.status == "False" else None
