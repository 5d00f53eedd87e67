"""pod-node-selector-unmatched"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.node_affinity import required_nodes
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, NodeSelectorRequirement, NodeSelectorTerm, Pod, node_requirement_holds, term_matches_node

MAX_VALUES = 5


@rule(
    filter="Pod",
    on=Pod,
    consults=KINDS,
    severity=Severity.ERROR,
    events=HELP,
    suffers=Effect.CANNOT_SCHEDULE,
    produces=UNSCHEDULED,
    own_reason=True,
    unless=is_well,
    added="0.1",
)
def pod_node_selector_unmatched(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A pod's node selector or required node affinity matches no node.

    ## What it means
    The pod may run only on nodes with certain labels, and no node has them all. The pod stays Pending until a node gets the labels
    or the pod asks for others. The label that comes nearest is named.

    ## When it is not reported
    For preferred affinity, which never keeps a pod waiting; in the first minute; when an autoscaler has just ordered a node;
    when a node matches and something else keeps the pod off it.

    ## How to fix it
    Correct `spec.nodeSelector` or `spec.affinity.nodeAffinity` of the workload, or label a node.
    """
    refused = refusal(pod, inventory, Reason.SELECTOR)
    if refused is None:
        return
    wanted, near, evidence = _unmatched(pod, inventory)
    known = len(inventory.list(Node))
    has = f"none of {known} nodes has" if known > 1 else "the only node does not have" if known else "no node has, by the scheduler's words"
    said = wanted or f"its node affinity or selector ({quoted(refused.condition.message)})"
    yield Hit(
        message=f"cannot be scheduled: it needs a node with {said}, which {has}{f'; {near}' if near else ''}",
        evidence=(*evidence, *refused.evidence),
        since=refused.condition.last_transition_time,
        values={"wanted": wanted, "near": near},
    )


def _unmatched(pod: Pod, inventory: Inventory) -> tuple[str, str, tuple[Evidence, ...]]:
    """What no node has, in words; what comes nearest; and the fields that ask for it."""
    nodes = inventory.list(Node).items
    selector = pod.spec.node_selector
    evidence: list[Evidence] = []
    lacking = [key for key, value in selector.items() if all(node.metadata.labels.get(key) != value for node in nodes)] or list(selector)
    words = [f"label {key}={selector[key]}" for key in lacking]
    near = [_near(key, (selector[key],), nodes) for key in lacking]
    evidence += [field(pod, f"spec.nodeSelector[{key}]", selector[key]) for key in lacking]
    required = required_nodes(pod)
    terms = required.node_selector_terms if required is not None else ()
    if not lacking or (terms and not any(term_matches_node(term, node.name, node.metadata.labels) for term in terms for node in nodes)):
        unmet = [_unmet(term, nodes) for term in terms]
        path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
        words += (
            [" or ".join(" and ".join(map(_words, each)) for each in unmet if each) + " (required node affinity)"] if any(unmet) else []
        )
        near += [_near(one.key, one.values, nodes) for each in unmet for one in each if one.operator == "In"]
        evidence += (
            [field(pod, f"{path}.nodeSelectorTerms", "; ".join(_words(one) for each in unmet for one in each))] if any(unmet) else []
        )
    return " and ".join(words), "; ".join(dict.fromkeys(one for one in near if one)), tuple(evidence)


def _unmet(term: NodeSelectorTerm, nodes: tuple[Node, ...]) -> tuple[NodeSelectorRequirement, ...]:
    """The requirements of a term that no node meets; all of them, when each is met by some node."""
    everything = (*term.match_expressions, *term.match_fields)
    unmet = tuple(one for one in term.match_expressions if not any(node_requirement_holds(one, node.metadata.labels) for node in nodes))
    return unmet or everything


def _words(requirement: NodeSelectorRequirement) -> str:
    values = ", ".join(requirement.values[:MAX_VALUES])
    match requirement.operator:
        case "In" if len(requirement.values) == 1:
            return f"label {requirement.key}={values}"
        case "Exists":
            return f"label {requirement.key}"
        case "DoesNotExist":
            return f"no label {requirement.key}"
        case operator:
            return f"label {requirement.key} {operator} ({values})"


def _near(key: str, values: tuple[str, ...], nodes: tuple[Node, ...]) -> str:
    """The node label that comes nearest: the same key with another value, a similar key with the value."""
    have = sorted({node.metadata.labels[key] for node in nodes if key in node.metadata.labels})
    if have:
        return f"nodes have {key}={', '.join(have[:MAX_VALUES])}"
    meant = nearest(key, {name for node in nodes for name in node.metadata.labels})
    if meant is None:
        return ""
    found = sorted({node.metadata.labels[meant] for node in nodes if meant in node.metadata.labels})
    others = [value for value in found if value in values] or found
    return f"nodes have {meant}={', '.join(others[:MAX_VALUES])}"
