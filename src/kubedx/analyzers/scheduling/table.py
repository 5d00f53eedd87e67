"""The table of a pending pod: node by node, the first filter that fails, as the scheduler goes through them."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from kubedx.analyzers.container_state import ENDED
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling import (
    devices,
    node_affinity,
    node_name,
    pod_affinity,
    ports,
    resources,
    spread,
    taint,
    unschedulable,
    volume_binding,
    volume_limits,
    volume_restrictions,
    volume_zone,
)
from kubedx.analyzers.scheduling.check import Check, Filter, Impossible, Prepare
from kubedx.inventory import Inventory
from kubedx.kube import LabelSelector, Node, Pod

FILTERS: tuple[tuple[Filter, Prepare], ...] = (
    (Filter.UNSCHEDULABLE, unschedulable.prepare),
    (Filter.NODE_NAME, node_name.prepare),
    (Filter.TAINT, taint.prepare),
    (Filter.NODE_AFFINITY, node_affinity.prepare),
    (Filter.PORTS, ports.prepare),
    (Filter.RESOURCES, resources.prepare),
    (Filter.VOLUME_RESTRICTIONS, volume_restrictions.prepare),
    (Filter.VOLUME_LIMITS, volume_limits.prepare),
    (Filter.VOLUME_BINDING, volume_binding.prepare),
    (Filter.VOLUME_ZONE, volume_zone.prepare),
    (Filter.SPREAD, spread.prepare),
    (Filter.POD_AFFINITY, pod_affinity.prepare),
    (Filter.DYNAMIC_RESOURCES, devices.prepare),
)

MAX_JUDGED = 100_000
"""Nodes that are judged for all pending pods together; beyond that only the scheduler's own words count."""


class Row(NamedTuple):
    """One node: the filters that fail, the first one's reasons first. `told` is False where one of them could not be told."""

    node: Node
    failing: tuple[tuple[Filter, tuple[str, ...]], ...]
    told: bool = True

    @property
    def first(self) -> Filter | None:
        """The filter at which the scheduler leaves the node; None when it passes all."""
        return self.failing[0][0] if self.failing else None

    @property
    def reasons(self) -> tuple[str, ...]:
        """What the scheduler says of the node."""
        return self.failing[0][1] if self.failing else ()


class Table(NamedTuple):
    """What the scheduler would say of each node, or, `impossible`, of all together."""

    rows: tuple[Row, ...]
    impossible: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many nodes there are by reason, as the scheduler counts them."""
        return Counter(reason for row in self.rows for reason in row.reasons)

    @property
    def message(self) -> str:
        """The scheduler's sentence, without what it says of preemption."""
        reasons = self.impossible or ", ".join(sorted(f"{count} {reason}" for reason, count in self.counts.items()))
        return f"0/{len(self.rows)} nodes are available: {reasons}."

    @property
    def told(self) -> bool:
        """Whether every filter could be judged on every node."""
        return all(row.told for row in self.rows)


def table_of(pod: Pod, inventory: Inventory) -> Table | None:
    """The table of a pod that waits for a node; None where the nodes are not all known, or there are too many to judge."""
    if not inventory.known(Node):
        return None
    likeness = likeness_of(pod, inventory)
    if likeness in _too_many(inventory):
        return None
    return inventory.once((table_of, likeness), lambda each: _judge(pod, each.list(Node).items, each))


def _judge(pod: Pod, nodes: tuple[Node, ...], inventory: Inventory) -> Table:
    checks: list[tuple[Filter, Check]] = []
    for name, prepare in FILTERS:
        prepared = prepare(pod, inventory)
        if isinstance(prepared, Impossible):
            return Table(tuple(Row(node, ((name, (prepared.reason,)),)) for node in nodes), prepared.reason)
        if prepared is not None:
            checks.append((name, prepared))
    named = node_affinity.named_nodes(pod)
    return Table(tuple(_row(node, checks) if named is None or node.name in named else _not_named(node) for node in nodes))


def _not_named(node: Node) -> Row:
    return Row(node, ((Filter.NODE_AFFINITY, (node_affinity.NOT_NAMED,)),))


def _row(node: Node, checks: list[tuple[Filter, Check]]) -> Row:
    answers = [(name, check(node)) for name, check in checks]
    failing = tuple((name, reasons) for name, reasons in answers if reasons)
    return Row(node, failing, told=all(reasons is not None for _name, reasons in answers))


@once_per_inventory
def _too_many(inventory: Inventory) -> frozenset[bytes]:
    """Of the pods that wait for a node, what is beyond the bound."""
    waiting = (pod for pod in inventory.list(Pod).items if not pod.spec.node_name and pod.status.phase not in ENDED)
    likenesses = list(dict.fromkeys(likeness_of(pod, inventory) for pod in waiting))
    return frozenset(likenesses[MAX_JUDGED // max(1, len(inventory.list(Node).items)) :])


def likeness_of(pod: Pod, inventory: Inventory) -> bytes:
    """What of a pod the filters look at. Labels count where a selector may ask for them: a pod's own number in its set rarely does."""
    spec = pod.spec
    asked_for = _label_keys(inventory) | _own_label_keys(pod)
    claims = [volume for volume in spec.volumes if volume.persistent_volume_claim or volume.ephemeral or volume.rbd or volume.iscsi]
    disks = [volume for volume in spec.volumes if volume.aws_elastic_block_store or volume.gce_persistent_disk]
    looked_at = (
        pod.namespace,
        {key: value for key, value in pod.metadata.labels.items() if key in asked_for},
        spec.affinity,
        spec.node_selector,
        spec.tolerations,
        spec.topology_spread_constraints,
        spec.node_name,
        spec.overhead,
        spec.resources,
        spec.host_network,
        [(one.resources, one.restart_policy, one.ports) for one in (*spec.init_containers, *spec.containers)],
        (spec.resource_claims, pod.status.resource_claim_statuses),
        (claims, disks, pod.name if any(volume.ephemeral for volume in claims) else ""),
    )
    return msgspec.json.encode(looked_at, order="deterministic")


@once_per_inventory
def _label_keys(inventory: Inventory) -> frozenset[str]:
    """The keys for which the anti-affinity of pods that run asks."""
    return frozenset(key for term in pod_affinity.lonely_terms(inventory) for key in _keys(term.label_selector))


def _own_label_keys(pod: Pod) -> set[str]:
    near, away = pod_affinity.required_terms(pod)
    selectors = [term.label_selector for term in (*near, *away)]
    selectors += [one.label_selector for one in pod.spec.topology_spread_constraints]
    return {key for selector in selectors for key in _keys(selector)} | {
        key for one in pod.spec.topology_spread_constraints for key in one.match_label_keys
    }


def _keys(selector: LabelSelector | None) -> Mapping[str, object] | set[str]:
    return {*selector.match_labels, *(one.key for one in selector.match_expressions)} if selector is not None else {}
