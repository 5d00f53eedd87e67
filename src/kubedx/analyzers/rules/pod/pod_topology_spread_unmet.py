"""pod-topology-spread-unmet"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.pod._neighbours import describe
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, candidates, near_node, nodes_in_words, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.spread import Spread, spreads_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod

MAX_NAMED = 5


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
    spreads = spreads_of(pod, inventory)
    if spreads:
        spread = _deciding(spreads, pod, inventory)
        constraint, path = spread.constraint, f"spec.topologySpreadConstraints[{spread.number}]"
        near = near_node(pod, refused)
        words = _words(spread, inventory) + (near.words if near else "")
        evidence: tuple[Evidence, ...] = (
            field(pod, f"{path}.topologyKey", constraint.topology_key),
            field(pod, f"{path}.maxSkew", constraint.max_skew),
        )
        values = {
            "topology_key": constraint.topology_key,
            "max_skew": str(constraint.max_skew),
            "nodes": nodes_in_words(refused),
        }
    else:
        words, evidence, values = f"topology spread: {quoted(refused.condition.message)}", (), {}
    yield Hit(
        message=f"cannot be scheduled: {words}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values=values,
    )


def _deciding(spreads: list[Spread], pod: Pod, inventory: Inventory) -> Spread:
    """The constraint that keeps the pod off the nodes in question: one whose label no node has, else one that is too uneven there."""
    labels = [node.metadata.labels for node in inventory.list(Node)]
    unknown = (one for one in spreads if not any(one.constraint.topology_key in each for each in labels))
    here = [node.metadata.labels.get for node in candidates(pod, inventory)]
    uneven = (one for one in spreads if any(_exceeds(one, label(one.constraint.topology_key)) for label in here))
    return next(unknown, None) or next(uneven, None) or spreads[0]


def _exceeds(spread: Spread, domain: str | None) -> bool:
    return domain is None or spread.skew(domain) > spread.constraint.max_skew


def _words(spread: Spread, inventory: Inventory) -> str:
    constraint, key = spread.constraint, spread.constraint.topology_key
    if not any(key in node.metadata.labels for node in inventory.list(Node)):
        return f"topology spread over {key}, a label that no node has"
    told = ", ".join(f"{place} has {spread.domains[place]}" for place in sorted(spread.domains)[:MAX_NAMED])
    fewer = len(spread.domains) < (constraint.min_domains or 1)
    wanted = f", which wants {constraint.min_domains} domains and finds {len(spread.domains)}" if fewer else ""
    return f"topology spread of {describe(constraint.label_selector)} over {key} with maxSkew {constraint.max_skew}{wanted}: {told}"
