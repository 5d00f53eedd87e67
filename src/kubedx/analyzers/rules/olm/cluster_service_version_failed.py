"""cluster-service-version-failed"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import entries, moment, status, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.olm._groups import groups_of
from kubedx.analyzers.rules.olm._kinds import CLUSTER_SERVICE_VERSION
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject, Ref

PATIENCE = timedelta(minutes=10)
UNFINISHED = frozenset({"Pending", "InstallReady", "Installing", "Unknown"})
TOO_MANY_GROUPS = "TooManyOperatorGroups"
UNMET = frozenset({"NotPresent", "PresentNotSatisfied"})


@rule(
    filter="ClusterServiceVersion",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.UNAVAILABLE),
    added="0.1",
)
def cluster_service_version_failed(version: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """The version of an operator that OLM installs failed, or does not get installed.

    ## What it means
    The phase of the ClusterServiceVersion is Failed, or it has been on its way for more than ten minutes. The requirement that is not
    met (a CustomResourceDefinition, a ServiceAccount, a right) is named where OLM lists it.

    ## When it is not reported
    In the first ten minutes of an installation, while it is replaced or deleted, and for the copies that OLM makes in other namespaces.

    ## How to fix it
    Act on the quoted reason: meet the requirement, or repair the operator's Deployment. Delete the ClusterServiceVersion and its
    Subscription, and subscribe anew, where the installation is broken for good.
    """
    meta = version.metadata
    if version.kind.group_kind != CLUSTER_SERVICE_VERSION or meta.deletion_timestamp is not None or "olm.copiedFrom" in meta.labels:
        return
    told = status(version)
    phase, reason = text(told, "phase"), text(told, "reason")
    since = moment(told, "lastTransitionTime")
    late = phase in UNFINISHED and since is not None and inventory.now - since >= PATIENCE
    if reason == "Copied" or (phase != "Failed" and not late):
        return
    unmet = next((one for one in entries(told, "requirementStatus") if text(one, "status") in UNMET), None)
    need = f"{text(unmet, 'kind')} {text(unmet, 'name')} is {text(unmet, 'status')}" if unmet else ""
    why = need or quoted(text(told, "message"))
    yield Hit(
        message=f"operator version is {phase}, reason {reason}: {why}",
        evidence=(
            field(version, "status.phase", phase),
            field(version, "status.message", text(told, "message")),
            *((field(version, f"status.requirementStatus[{text(unmet, 'name')}]", unmet),) if unmet else ()),
        ),
        cause=_extra_group(version, inventory) if reason == TOO_MANY_GROUPS else None,
        since=since,
        values={"reason": reason, "why": why, "phase": phase},
    )


def _extra_group(version: RawObject, inventory: Inventory) -> Ref | None:
    """The OperatorGroup that is one too many."""
    groups = groups_of(version.namespace, inventory)
    return groups[-1].ref if len(groups) > 1 else None
