"""pod-affinity-unmet"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe, near_pods
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.pod_affinity import domain_of, matching_pods
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, PodAffinityTerm

MAX_NAMED = 3
_PATH = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution"


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    unless=is_well,
    added="0.1",
)
def pod_affinity_unmet(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Required affinity to other pods leaves a pod no node.

    ## What it means
    The pod must run near certain other pods, and none of them runs, or where they run the pod cannot.

    ## When it is not reported
    For preferred affinity, which never keeps a pod waiting.

    ## How to fix it
    Start the pods that it wants to be near, correct the labels in the term, or make the term preferred.
    """
    refused = refusal(pod, inventory, Reason.AFFINITY)
    if refused is None:
        return
    affinity = pod.spec.affinity.pod_affinity if pod.spec.affinity else None
    terms = affinity.required_during_scheduling_ignored_during_execution if affinity else ()
    without = [(number, term) for number, term in enumerate(terms) if not matching_pods(term, pod, inventory)] or list(enumerate(terms))
    if without:
        number, term = without[0]
        others = matching_pods(term, pod, inventory)
        where = _where(term, others, inventory) if others else f"and no such pod runs{near_pods(term, pod, inventory)}"
        words = f"required affinity to {describe(term.label_selector)} per {term.topology_key}, {where}"
        evidence: tuple[Evidence, ...] = (field(pod, f"{_PATH}[{number}].labelSelector", describe(term.label_selector)),)
        values = {"topology_key": term.topology_key, "selector": describe(term.label_selector)}
    else:
        words, evidence, values = f"affinity rules: {quoted(refused.condition.message)}", (), {}
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values=values,
    )


def _where(term: PodAffinityTerm, others: tuple[Pod, ...], inventory: Inventory) -> str:
    """Where the pods are that it wants to be near."""
    places = sorted({domain for one in others if (domain := domain_of(one.spec.node_name, term.topology_key, inventory))})
    if not places:
        return f'but the nodes of such pods ("{others[0].namespace}/{others[0].name}") have no label {term.topology_key}'
    more = f" and {len(places) - MAX_NAMED} more" if len(places) > MAX_NAMED else ""
    return f"and the nodes where such pods run ({', '.join(places[:MAX_NAMED])}{more}) do not take it"
