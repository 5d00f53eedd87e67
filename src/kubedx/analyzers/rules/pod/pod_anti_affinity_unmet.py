"""pod-anti-affinity-unmet"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe, domain, matching_pods
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import Reason, candidates, refusal
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Namespace, Node, Pod, PodAffinityTerm

MAX_NAMED = 3
_PATH = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node, Namespace),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    added="0.1",
)
def pod_anti_affinity_unmet(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """Required anti-affinity keeps a pod off every node.

    ## What it means
    The pod must not run near certain others, often its own siblings, and each node (or zone) that it could run on has one of them; or
    a pod that runs there refuses it by its own anti-affinity. A Deployment with more replicas than nodes is the usual case; with as many
    replicas as nodes, a rolling update stands still.

    ## When it is not reported
    For preferred anti-affinity, which never keeps a pod waiting.

    ## How to fix it
    Run fewer replicas, add nodes, make the term preferred, or use a topology spread constraint.
    """
    refused = refusal(pod, inventory, Reason.ANTI_AFFINITY)
    if refused is None:
        return
    anti = pod.spec.affinity.pod_anti_affinity if pod.spec.affinity else None
    terms = anti.required_during_scheduling_ignored_during_execution if anti else ()
    told = [(number, term, holders) for number, term in enumerate(terms) if (holders := _holders(term, pod, inventory))]
    if told:
        number, term, holders = told[0]
        taken = ", ".join(f'{place} runs "{holder.name}"' for place, holder in holders[:MAX_NAMED])
        more = f" and {len(holders) - MAX_NAMED} more" if len(holders) > MAX_NAMED else ""
        words = f"required anti-affinity to {describe(term.label_selector)} allows one pod per {term.topology_key}, and {taken}{more}"
        evidence: tuple[Evidence, ...] = (
            field(pod, f"{_PATH}[{number}].topologyKey", term.topology_key),
            field(pod, f"{_PATH}[{number}].labelSelector", describe(term.label_selector)),
        )
        values = {
            "topology_key": term.topology_key,
            "selector": describe(term.label_selector),
            "nodes": str(len(candidates(pod, inventory))),
        }
    else:
        words, evidence, values = f"anti-affinity rules: {quoted(refused.condition.message)}", (), {}
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values=values,
    )


def _holders(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> list[tuple[str, Pod]]:
    """Of each domain that the nodes in question are in, a pod that holds it."""
    domains = {node.metadata.labels.get(term.topology_key): node.name for node in candidates(pod, inventory)}
    holders: dict[str, Pod] = {}
    for other in matching_pods(term, pod, inventory):
        place = domain(other.spec.node_name, term.topology_key, inventory)
        if place is not None and place in domains:
            holders.setdefault(place, other)
    return [
        (f'{"node" if "hostname" in term.topology_key else term.topology_key} "{place}"', holder)
        for place, holder in sorted(holders.items())
    ]
