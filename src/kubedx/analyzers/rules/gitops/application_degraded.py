"""application-degraded"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import PATIENCE, entries, moment, status, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gitops._application import is_live_application, named, ref_of
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


@rule(
    filter="CustomResource",
    on=RawObject,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    suffers=Effect.FAILS,
    added="0.1",
)
def application_degraded(application: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """Argo CD finds an Application degraded, or part of it missing.

    ## What it means
    The health of the Application is Degraded: one of its resources is, which is named. What is wrong with that resource is told by the
    rules on its own kind.

    ## When it is not reported
    While it is Progressing, when it is Suspended, and in the first two minutes.

    ## How to fix it
    Repair the named resource; the Application follows.
    """
    told = status(application)
    health = ("health", "status")
    since = moment(told, "health", "lastTransitionTime")
    if not is_live_application(application) or text(told, *health) != "Degraded" or (since and inventory.now - since < PATIENCE):
        return
    broken = [one for one in entries(told, "resources") if text(one, *health) == "Degraded"]
    first = broken[0] if broken else None
    why = quoted(text(first, "health", "message") if first else text(told, "health", "message"))
    more = f" and {len(broken) - 1} more" if len(broken) > 1 else ""
    yield Hit(
        message="application is Degraded" + (f": {named(first)}{more}" if first else "") + (f": {why}" if why else ""),
        evidence=(
            field(application, "status.health.status", "Degraded"),
            *(field(application, f"status.resources[{named(one)}].health", one["health"]) for one in broken[:3]),
        ),
        cause=ref_of(first) if first else None,
        since=since,
        values={"resource": named(first) if first else "", "why": why},
    )
