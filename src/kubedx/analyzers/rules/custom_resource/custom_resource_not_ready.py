"""custom-resource-not-ready"""

from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.custom_fault import hit_of
from kubedx.analyzers.custom_status import is_custom
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject

HAVE_THEIR_OWN = frozenset(
    {
        GroupKind("argoproj.io", "Application"),
        GroupKind("cert-manager.io", "Certificate"),
        GroupKind("keda.sh", "ScaledObject"),
        GroupKind("olm.operatorframework.io", "ClusterCatalog"),
        GroupKind("olm.operatorframework.io", "ClusterExtension"),
        GroupKind("operators.coreos.com", "CatalogSource"),
        GroupKind("operators.coreos.com", "ClusterServiceVersion"),
        GroupKind("operators.coreos.com", "InstallPlan"),
        GroupKind("operators.coreos.com", "OperatorCondition"),
        GroupKind("operators.coreos.com", "Subscription"),
    }
)
"""Kinds that other rules judge, since their status follows no convention."""


@rule(
    filter="CustomResource",
    on=RawObject,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.UNAVAILABLE, Effect.CANNOT_CONNECT, Effect.CANNOT_START, Effect.NOT_READY),
    added="0.1",
)
def custom_resource_not_ready(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A custom resource reports of itself that it is not ready, is degraded, or has failed.

    ## What it means
    Its controller wrote so into its status, by the usual conventions: the condition `Ready` or `Available` is False, `Degraded` or
    `Failed` is True, or the phase is Failed. What that means is known to the maker of the resource; reason and message are quoted. Where
    another custom resource on which it depends (the source of a Flux Kustomization, the store of an ExternalSecret, the managed resource
    of a Crossplane claim) fails too, that one is named as well.

    ## When it is not reported
    While it is progressing, in the first two minutes of a condition, when it is suspended or paused, for runs and backups of more than a
    day ago, and for conditions whose meaning cannot be told from their type. A resource that another custom resource made is left to
    that one, which says the same.

    ## How to fix it
    Act on the quoted message, on the named source first. The log of the controller that manages the kind tells more.
    """
    if is_custom(resource) and resource.kind.group_kind not in HAVE_THEIR_OWN:
        hit = hit_of(resource, inventory)
        if hit is not None:
            yield hit
