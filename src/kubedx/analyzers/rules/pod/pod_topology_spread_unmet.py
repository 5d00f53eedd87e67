"""pod-topology-spread-unmet"""

from collections import Counter
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe, domain
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import Reason, refusal
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, TopologySpreadConstraint

MAX_NAMED = 5


@rule(
    filter="Pod",
    on=Pod,
    consults=(Node,),
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    added="0.1",
)
def pod_topology_spread_unmet(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A topology spread constraint leaves a pod no node.

    ## What it means
    Pods of this kind must be spread evenly over zones or nodes, and every node that could take the pod is in a domain that has too many
    already; the domains with few have no room, or no node has the label at all.

    ## When it is not reported
    For constraints with `whenUnsatisfiable: ScheduleAnyway`.

    ## How to fix it
    Make room in the emptier domains, label the nodes, raise `maxSkew`, or use `ScheduleAnyway`.
    """
    refused = refusal(pod, inventory, Reason.SPREAD)
    if refused is None:
        return
    hard = [(number, one) for number, one in enumerate(pod.spec.topology_spread_constraints) if one.when_unsatisfiable == "DoNotSchedule"]
    if hard:
        number, constraint = next(((n, one) for n, one in hard if not _domains(one, inventory)), hard[0])
        words = _words(constraint, pod, inventory)
        path = f"spec.topologySpreadConstraints[{number}]"
        evidence: tuple[Evidence, ...] = (
            field(pod, f"{path}.topologyKey", constraint.topology_key),
            field(pod, f"{path}.maxSkew", constraint.max_skew),
        )
        values = {"topology_key": constraint.topology_key, "max_skew": str(constraint.max_skew)}
    else:
        words, evidence, values = f"topology spread: {quoted(refused.condition.message)}", (), {}
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values=values,
    )


def _domains(constraint: TopologySpreadConstraint, inventory: Inventory) -> list[str]:
    found = {node.metadata.labels.get(constraint.topology_key) for node in inventory.list(Node)}
    return sorted(one for one in found if one is not None)


def _words(constraint: TopologySpreadConstraint, pod: Pod, inventory: Inventory) -> str:
    key = constraint.topology_key
    domains = _domains(constraint, inventory)
    if not domains:
        return f"topology spread over {key}, a label that no node has"
    pods = inventory.select(Pod, pod.namespace, constraint.label_selector)
    counts = Counter(place for one in pods if one.spec.node_name and (place := domain(one.spec.node_name, key, inventory)))
    told = ", ".join(f"{place} has {counts[place]}" for place in domains[:MAX_NAMED])
    return f"topology spread of {describe(constraint.label_selector)} over {key} with maxSkew {constraint.max_skew}: {told}"
