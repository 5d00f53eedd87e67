"""What the NetworkPolicies of a namespace let through, by the rules of the API: policies add up, and none means that all may pass.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterable, Mapping

import msgspec

from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import (
    ContainerPort,
    DaemonSet,
    Deployment,
    KubeObject,
    Namespace,
    NetworkPolicy,
    NetworkPolicyPeer,
    NetworkPolicyPort,
    PodSpec,
    StatefulSet,
    pod_template,
    selects,
)

WORKLOADS = (Deployment, StatefulSet, DaemonSet)


class End(msgspec.Struct, frozen=True):
    """One end of a connection: the pods of a workload."""

    namespace: str
    labels: Mapping[str, str]
    namespace_labels: Mapping[str, str] | None


class Door(msgspec.Struct, frozen=True):
    """A port at which a connection arrives, by number and names."""

    number: int
    names: tuple[str, ...] = ()
    protocol: str = "TCP"


def governs(policy: NetworkPolicy, direction: str) -> bool:
    """Whether a policy speaks of a direction; without policyTypes every one speaks of Ingress, and of Egress if it has such rules."""
    types = policy.spec.policy_types or (("Ingress", "Egress") if policy.spec.egress else ("Ingress",))
    return direction in types


def policies_of(end: End, direction: str, inventory: Inventory) -> tuple[NetworkPolicy, ...]:
    """The policies that hold for these pods in a direction."""
    return tuple(
        one
        for one in inventory.list(NetworkPolicy, end.namespace)
        if governs(one, direction) and selects(one.spec.pod_selector, end.labels) and one.metadata.deletion_timestamp is None
    )


def lets_in(policies: Iterable[NetworkPolicy], owner: str, source: End, door: Door) -> bool:
    """Whether one of the policies lets a connection in. `owner` is their namespace."""
    rules = [rule for policy in policies for rule in policy.spec.ingress]
    return any(_is_peer(rule.from_, owner, source) and _is_port(rule.ports, door) for rule in rules)


def lets_out(policies: Iterable[NetworkPolicy], owner: str, target: End | None, door: Door) -> bool:
    """Whether one of the policies lets a connection out, to anywhere where no target is given."""
    rules = [rule for policy in policies for rule in policy.spec.egress]
    return any((target is None or _is_peer(rule.to, owner, target)) and _is_port(rule.ports, door) for rule in rules)


def end_of(workload: KubeObject, inventory: Inventory) -> End | None:
    """The pods of a workload as an end of a connection; None when it makes none."""
    template = pod_template(workload)
    if template is None:
        return None
    found = inventory.get(Namespace, "", workload.metadata.namespace)
    labels = found.object.metadata.labels if isinstance(found, Found) else None
    return End(workload.metadata.namespace, template.metadata.labels, labels)


def selected_by(policy: NetworkPolicy, inventory: Inventory) -> list[KubeObject]:
    """The workloads whose pods a policy selects."""
    kinds = {kind.KIND.kind for kind in WORKLOADS}
    refs = sorted({edge.target for edge in inventory.edges_from(policy.ref, EdgeKind.SELECTS) if edge.target.kind in kinds})
    return [found.object for found in map(inventory.find, refs) if isinstance(found, Found)]


def ports_of(spec: PodSpec) -> tuple[ContainerPort, ...]:
    """The ports that the containers declare."""
    return tuple(port for container in spec.containers for port in container.ports)


def _is_peer(peers: tuple[NetworkPolicyPeer, ...], owner: str, end: End) -> bool:
    """No peers are all of them. Of address blocks it is not known what they hold, so they are taken to hold the pod."""
    return not peers or any(peer.ip_block is not None or _fits(peer, owner, end) for peer in peers)


def _fits(peer: NetworkPolicyPeer, owner: str, end: End) -> bool:
    if peer.namespace_selector is None:
        in_namespace = end.namespace == owner
    else:
        in_namespace = end.namespace_labels is None or selects(peer.namespace_selector, end.namespace_labels)
    return in_namespace and (peer.pod_selector is None or selects(peer.pod_selector, end.labels))


def _is_port(ports: tuple[NetworkPolicyPort, ...], door: Door) -> bool:
    return not ports or any(port.protocol == door.protocol and _holds(port, door) for port in ports)


def _holds(port: NetworkPolicyPort, door: Door) -> bool:
    if port.port is None:
        return True
    if isinstance(port.port, str):
        return port.port in door.names
    return port.port <= door.number <= (port.end_port or port.port)
