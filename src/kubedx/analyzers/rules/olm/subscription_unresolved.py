"""subscription-unresolved"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import is_fresh, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.near_miss import describe_nearest, nearest
from kubedx.analyzers.rules.olm._kinds import CATALOG_SOURCE, SUBSCRIPTION, V0
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import Condition, RawObject, Ref, conditions

BAD = ("ResolutionFailed", "BundleUnpackFailed", "InstallPlanFailed", "CatalogSourcesUnhealthy", "InstallPlanMissing")
"""Condition types that are True when something is wrong, the most telling first."""


@rule(
    filter="Subscription",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def subscription_unresolved(subscription: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """OLM cannot find or install what a Subscription asks for.

    ## What it means
    The Subscription says that its dependencies cannot be resolved, that a bundle cannot be unpacked, that its InstallPlan failed, or
    that its catalog is not healthy. Or the CatalogSource that it names does not exist. Then no version and no update is installed.

    ## When it is not reported
    In the first two minutes of a condition. That an upgrade waits for approval, as `installPlanApproval: Manual` wants it, is told by
    the InstallPlan, for information.

    ## How to fix it
    Correct the channel, the package or the catalog, or resolve the conflict with what is installed that the message names.
    """
    if subscription.kind.group_kind != SUBSCRIPTION or subscription.metadata.deletion_timestamp is not None:
        return
    source = _source(subscription)
    wrong = _wrong(subscription, inventory)
    missing = bool(source.name and source.namespace) and isinstance(inventory.find(source), Absent)
    if not missing and wrong is None:
        return
    evidence: list[Evidence] = [field(subscription, f"status.conditions[{wrong.type}].message", wrong.message)] if wrong else []
    if missing:
        evidence.append(field(subscription, "spec.source", source.name))
    why = _absence(source, inventory) if missing else quoted(wrong.message if wrong else "")
    yield Hit(
        message=f"subscription to {text(subscription.data, 'spec', 'name')} is not resolved"
        + (f", {wrong.type}" if wrong else "")
        + (f": {why}" if why else ""),
        evidence=tuple(evidence),
        cause=source if missing or (wrong and wrong.type == "CatalogSourcesUnhealthy") or _is_out_of_reach(source, inventory) else None,
        since=wrong.last_transition_time if wrong else None,
        values={"condition": wrong.type if wrong else "", "why": why, "catalog": source.name, "catalog_namespace": source.namespace},
    )


def _source(subscription: RawObject) -> Ref:
    spec = subscription.data.get("spec")
    return Ref(f"{V0}/v1alpha1", "CatalogSource", text(spec, "sourceNamespace"), text(spec, "source"))


def _absence(source: Ref, inventory: Inventory) -> str:
    others = {one.name: one.ref for one in inventory.list(RawObject, source.namespace) if one.kind.group_kind == CATALOG_SOURCE}
    meant = nearest(source.name, others)
    near = describe_nearest(others[meant] if meant else None, source.namespace)
    return f"CatalogSource {source.namespace}/{source.name} does not exist{near}"


def _is_out_of_reach(source: Ref, inventory: Inventory) -> bool:
    """Whether OLM does not reach the pod of the catalog."""
    found = inventory.find(source)
    catalog = found.object if isinstance(found, Found) else None
    return isinstance(catalog, RawObject) and text(catalog.data, "status", "connectionState", "lastObservedState") == "TRANSIENT_FAILURE"


def _wrong(subscription: RawObject, inventory: Inventory) -> Condition | None:
    found = {one.type: one for one in conditions(subscription) if one.status == "True" and not is_fresh(one, inventory.now)}
    return next((found[name] for name in BAD if name in found), None)
