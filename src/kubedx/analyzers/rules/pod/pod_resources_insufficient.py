"""pod-resources-insufficient"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import is_well
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.pod._scheduling_effects import UNSCHEDULED
from kubedx.analyzers.rules.pod._unschedulable import HELP, Reason, Refusal, candidates, near_node, nodes_in_words, refusal
from kubedx.analyzers.scheduling import KINDS
from kubedx.analyzers.scheduling.room import PODS, allocatable, containers_asking, free, lacking, largest_user, requests
from kubedx.analyzers.scheduling.table import likeness_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod, format_quantity, pattern_of, untolerated

_NAMED = pattern_of(r"Insufficient ([\w.-]+(?:/[\w.-]+)?)")


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
def pod_resources_insufficient(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """No node has enough of a resource left for a pod.

    ## What it means
    The pod requests more CPU, memory or another resource than any node that it may run on has free. Only requests count, not what is
    really used. Where the request is larger than every node, no deletion of other pods helps.

    ## When it is not reported
    In the first minute; when an autoscaler has just ordered a node; when a lower pod is being evicted to make room. It is for information
    only when the pod's priority is below zero: such pods hold room for others, and wait for the next node.

    ## How to fix it
    Lower the request, free a node of other pods, or add a node that is large enough.
    """
    refused = refusal(pod, inventory, Reason.RESOURCES)
    if refused is None:
        return
    asked = requests(pod.spec)
    room = _room(pod, refused, asked, inventory)
    first = room.short[0]
    near = near_node(pod, refused)
    container = next(iter(containers_asking(pod.spec, first)), None)
    yield Hit(
        message=f"cannot be scheduled: {room.words}{near.words if near else ''}",
        evidence=(
            *(
                field(pod, f"spec.containers[{container.name}].resources.requests.{first}", _written(asked, first))
                for container in [container]
                if container
            ),
            *room.evidence,
            *refused.evidence,
        ),
        cause=near.node.ref if near and near.sick else None,
        severity=Severity.INFO if _holds_room(pod) and not room.impossible else None,
        since=refused.condition.last_transition_time,
        values={
            "resource": first,
            "request": _written(asked, first),
            "container": container.name if container else "",
            "largest_node": room.largest,
            "nodes": nodes_in_words(refused),
        },
    )


class _Room(NamedTuple):
    """What the nodes in question have for a pod: the resources that are short, the whole in words, and the most that is free."""

    short: list[str]
    words: str
    evidence: tuple[Evidence, ...]
    largest: str
    impossible: bool


def _holds_room(pod: Pod) -> bool:
    """Whether a pod is there to be preempted, so that the autoscaler keeps a node ahead of need.

    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md (overprovisioning)
    """
    return (pod.spec.priority or 0) < 0


def _room(pod: Pod, refused: Refusal, asked: dict[str, Decimal], inventory: Inventory) -> _Room:
    """Pods of one template have one table, and ask for the same of the same nodes."""
    message = refused.condition.message
    if refused.table is None:
        return _find_room(pod, message, asked, inventory)
    return inventory.once((_find_room, likeness_of(pod, inventory), message), lambda each: _find_room(pod, message, asked, each))


def _find_room(pod: Pod, message: str, asked: dict[str, Decimal], inventory: Inventory) -> _Room:
    nodes = [
        node
        for node in candidates(pod, inventory)
        if not node.spec.unschedulable and not untolerated(pod.spec.tolerations, node.spec.taints)
    ]
    short = _short_of(message, asked, nodes, inventory)
    told = [_told(resource, asked, nodes, inventory) for resource in short]
    evidence = tuple(piece for _words, pieces in told for piece in pieces)
    words = "; ".join(words for words, _pieces in told)
    return _Room(short, words, evidence, _largest(nodes, short[0], inventory), _is_impossible(short, asked, nodes))


def _short_of(message: str, asked: dict[str, Decimal], nodes: list[Node], inventory: Inventory) -> list[str]:
    """The resources that the nodes in question lack, by our own count where it agrees with the scheduler's words."""
    named = list(dict.fromkeys(match.rstrip(".") for match in _NAMED.findall(message.partition("preemption:")[0])))
    named += [PODS] if "Too many pods" in message else []
    counted = {resource for node in nodes for resource in lacking(asked, free(node, inventory))}
    return [resource for resource in named if resource in counted] or named


def _told(resource: str, asked: dict[str, Decimal], nodes: list[Node], inventory: Inventory) -> tuple[str, tuple[Evidence, ...]]:
    """What is asked of a resource and what there is of it, in words and as evidence."""
    if resource == PODS:
        return _told_places(nodes)
    request = f"insufficient {resource}: it requests {_written(asked, resource)}"
    if not nodes:
        return request, ()
    offering = [node for node in nodes if allocatable(node).get(resource, Decimal(0)) > 0]
    if not offering:
        return f"{request}, which no node offers", (field(nodes[0], f"status.allocatable.{resource}", "0"),)
    roomy = max(offering, key=lambda node: (free(node, inventory)[resource], node.name))
    largest = max(offering, key=lambda node: (allocatable(node)[resource], node.name))
    most = allocatable(largest)[resource]
    evidence = (field(largest, f"status.allocatable.{resource}", largest.status.allocatable[resource]),)
    if asked.get(resource, Decimal(0)) > most:
        return f'{request}, more than any node has: the largest, "{largest.name}", has {format_quantity(most, resource)}', evidence
    left = max(free(roomy, inventory)[resource], Decimal(0))
    words = f'{request}, but the most that is free is {format_quantity(left, resource)}, on node "{roomy.name}"'
    user = largest_user(roomy, resource, inventory)
    if user is not None:
        words += f", where pod {user[0].namespace}/{user[0].name} requests most ({format_quantity(user[1], resource)})"
    return words, (field(roomy, f"status.allocatable.{resource}", roomy.status.allocatable[resource]),)


def _told_places(nodes: list[Node]) -> tuple[str, tuple[Evidence, ...]]:
    if not nodes:
        return "too many pods on every node", ()
    node = max(nodes, key=lambda one: (allocatable(one).get(PODS, Decimal(0)), one.name))
    places = node.status.allocatable.get(PODS, "")
    return f'too many pods: node "{node.name}" takes {places}', (field(node, "status.allocatable.pods", places),)


def _written(asked: dict[str, Decimal], resource: str) -> str:
    return format_quantity(asked.get(resource, Decimal(0)), resource)


def _largest(nodes: list[Node], resource: str, inventory: Inventory) -> str:
    """What is free on the node that has most free, in words."""
    left = [free(node, inventory).get(resource, Decimal(0)) for node in nodes]
    return format_quantity(max(left), resource) if left else ""


def _is_impossible(short: list[str], asked: dict[str, Decimal], nodes: list[Node]) -> bool:
    """Whether a resource is asked for of which no node has as much, however empty."""
    named = (resource for resource in short if resource != PODS)
    return any(all(allocatable(node).get(one, Decimal(0)) < asked.get(one, Decimal(0)) for node in nodes) for one in named)
