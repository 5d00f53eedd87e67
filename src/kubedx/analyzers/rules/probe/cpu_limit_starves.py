"""cpu-limit-starves"""

from collections.abc import Iterator
from decimal import Decimal

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_settled, is_well, label, part, suspect_containers, unready_since
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field
from kubedx.analyzers.probes import LIVENESS, READINESS, STARTUP, answer, failures, probe_of, question
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, ContainerView, Event, Pod, last_seen, parse_quantity

SMALL = Decimal("0.1")
"""Cores. Programs in common languages need more than that to start within their probes."""
TINY = Decimal("0.02")
"""Cores with which hardly any program answers in a second."""
RECENT_MINUTES = 15


@rule(
    filter="Pod",
    on=Pod,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=(Effect.CRASHES, Effect.NOT_READY, *WITHOUT_PODS),
    unless=is_well,
    added="0.1",
)
def cpu_limit_starves(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container's CPU limit is so low that its probes time out.

    ## What it means
    With a limit of a few hundredths of a core the kernel lets the program run for some milliseconds of every tenth of a second. It answers
    probes too late, is taken out of its Service or killed, and starts slowly again.

    ## When it is not reported
    When no probe has timed out lately, and for limits of more than 100m.

    ## How to fix it
    Raise `resources.limits.cpu`, or leave it out and keep the request.
    """
    for view in suspect_containers(pod):
        limit = _limit(view.container)
        late = _late(pod, view, limit, inventory) if limit is not None and limit <= SMALL else ()
        if not late or (is_settled(pod, late) and _restarts(view) == 0):
            continue
        written = str(view.container.resources.limits["cpu"])
        kind = late[-1].message.split(" ")[0].lower()
        probe = probe_of(view.container, kind)
        asked = f" {question(probe)}" if probe is not None else ""
        restarts = f", {_restarts(view)} restarts" if _restarts(view) > 1 else ""
        yield Hit(
            message=f"{label(view)} has a CPU limit of {written}, and its {kind} probe{asked} {answer(late[-1].message).words}{restarts}",
            evidence=(field(pod, f"spec.containers[{view.container.name}].resources.limits.cpu", written), event(late[-1])),
            part=part(view),
            severity=Severity.WARNING if is_ready(pod) else Severity.ERROR,
            since=unready_since(pod),
            values={"container": view.container.name, "limit": written, "probe": kind},
        )


def _limit(container: Container) -> Decimal | None:
    try:
        return parse_quantity(container.resources.limits["cpu"])
    except (KeyError, ValueError):
        return None


def _late(pod: Pod, view: ContainerView, limit: Decimal | None, inventory: Inventory) -> tuple[Event, ...]:
    """The failures of probes that tell of a program which is too slow, as far as they are recent."""
    found = [one for kind in (STARTUP, READINESS, LIVENESS) for one in failures(pod, view.container.name, kind, inventory)]
    recent = [one for one in found if (seen := last_seen(one)) is not None and (inventory.now - seen).total_seconds() < RECENT_MINUTES * 60]
    slow = tuple(one for one in recent if answer(one.message).timed_out)
    return slow or (tuple(recent) if limit is not None and limit <= TINY else ())


def _restarts(view: ContainerView) -> int:
    return view.status.restart_count if view.status else 0
