"""readiness-probe-fails"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.log_classes import OTHER
from kubedx.analyzers.probes import LIVENESS, answer, failures, probe_of, question
from kubedx.analyzers.rules.probe._kills import port_words
from kubedx.analyzers.unready import Unready, unready_containers
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod


@rule(filter="Pod", on=Pod, severity=Severity.ERROR, suffers=Effect.NOT_READY, produces=WITHOUT_PODS, unless=is_well, added="0.1")
def readiness_probe_fails(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container runs, but its readiness probe fails, so that its pod gets no traffic.

    ## What it means
    The probe asks a wrong port or path, or the program says that it is not ready. What the probe asks and what it is told stand in the
    message, with the ports that the container declares and an error of the log where it tells of one.

    ## When it is not reported
    Within the time that the probe allows after the start; when the container does not run; when the log says that the program cannot
    reach something (`dependency-unreachable` says so).

    ## How to fix it
    Correct the port or path of the probe, or mend what the program reports.
    """
    for unready in unready_containers(pod, inventory):
        if isinstance(unready, AskLog):
            yield unready
        elif unready.unreachable is None:
            yield _hit(unready, inventory)


def _hit(unready: Unready, inventory: Inventory) -> Hit:
    more, meant = port_words(unready.view, unready.probe)
    told = unready.told
    said = f"; its log says: {told.words}" if told is not None and told.error_class != OTHER else ""
    failure = answer(unready.failure.message) if unready.failure else None
    kind = "status" if failure and failure.status else "refused" if failure and failure.refused else "other"
    return Hit(
        message=f"{unready.words}{more}{_other_probe(unready, inventory)}{said}",
        evidence=unready.evidence,
        part=unready.part,
        since=unready.since,
        error_class=f"readiness-{failure.status if failure and failure.status else kind}",
        own_reason=failure is not None and failure.is_unknown_request,
        values={**unready.values, "meant": meant, "log": told.words if told and said else ""},
    )


def _other_probe(unready: Unready, inventory: Inventory) -> str:
    """What the liveness probe asks, when it asks something else and succeeds."""
    container = unready.view.container
    liveness = probe_of(container, LIVENESS)
    if liveness is None or question(liveness) == question(unready.probe) or failures(unready.pod, container.name, LIVENESS, inventory):
        return ""
    return f"; its liveness probe {question(liveness)} succeeds"
