"""pod-anti-affinity-unmet"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, Refusal, candidates, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.pod_affinity import holders_of, lonely_holders
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, PodAffinityTerm

MAX_NAMED = 3
_PATH = "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution"


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
        words, evidence, values = _refused_by_others(pod, refused, inventory)
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values=values,
    )


def _holders(term: PodAffinityTerm, pod: Pod, inventory: Inventory) -> list[tuple[str, Pod]]:
    """Of each domain that the nodes in question are in, a pod that holds it."""
    domains = {node.metadata.labels.get(term.topology_key) for node in candidates(pod, inventory)}
    noun = "node" if "hostname" in term.topology_key else term.topology_key
    holders = holders_of(term, pod, inventory)
    return [(f'{noun} "{place}"', holders[place]) for place in sorted(holders) if place in domains]


def _refused_by_others(pod: Pod, refused: Refusal, inventory: Inventory) -> tuple[str, tuple[Evidence, ...], dict[str, str]]:
    """The pod that keeps this one away by its own anti-affinity."""
    for node in candidates(pod, inventory):
        for term, holder in lonely_holders(pod, node, inventory):
            words = (
                f'pod {holder.namespace}/{holder.name} on node "{holder.spec.node_name}" wants no pod with {describe(term.label_selector)}'
                f" in its {term.topology_key}"
            )
            evidence = (field(holder, f"{_PATH}[].labelSelector", describe(term.label_selector)),)
            return words, evidence, {"topology_key": term.topology_key, "selector": describe(term.label_selector)}
    return f"anti-affinity rules: {quoted(refused.condition.message)}", (), {}
