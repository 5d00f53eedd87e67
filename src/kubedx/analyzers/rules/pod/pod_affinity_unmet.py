"""pod-affinity-unmet"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe, matching_pods
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import Reason, refusal
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Namespace, Node, Pod

_PATH = "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution"


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node, Namespace),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
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
        where = "and the nodes where such pods run do not take it" if others else "and no such pod runs"
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
