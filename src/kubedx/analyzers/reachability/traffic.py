"""What NetworkPolicies let pass between two ends, by the rules of the API: policies add up, and where none governs all may pass.

https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

import ipaddress
from collections.abc import Iterable, Mapping

import msgspec

from kubedx.analyzers.reachability.ends import End
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, format_selector, selects

INGRESS = "Ingress"
EGRESS = "Egress"

MAX_PEERS = 3


class Door(msgspec.Struct, frozen=True):
    """A port at which a connection arrives, by number and names."""

    number: int
    names: tuple[str, ...] = ()
    protocol: str = "TCP"


def governs(policy: NetworkPolicy, direction: str) -> bool:
    """Whether a policy speaks of a direction; without policyTypes every one speaks of Ingress, and of Egress if it has such rules."""
    types = policy.spec.policy_types or ((INGRESS, EGRESS) if policy.spec.egress else (INGRESS,))
    return direction in types


def policies_of(end: End, direction: str, inventory: Inventory) -> tuple[NetworkPolicy, ...]:
    """The policies that hold for these pods in a direction; none for pods in the network of their node."""
    if end.host_network:
        return ()
    refs = sorted({edge.source for edge in inventory.edges_to(end.ref, EdgeKind.SELECTS) if edge.source.kind == NetworkPolicy.KIND.kind})
    found = (inventory.get(NetworkPolicy, ref.namespace, ref.name) for ref in refs)
    policies = (one.object for one in found if isinstance(one, Found))
    return tuple(one for one in policies if governs(one, direction) and one.metadata.deletion_timestamp is None)


def lets_in(policies: Iterable[NetworkPolicy], owner: str, source: End, door: Door) -> bool:
    """Whether one of the policies of the namespace `owner` lets a connection in."""
    rules = [rule for policy in policies for rule in policy.spec.ingress]
    return any(_is_peer(rule.from_, owner, source) and _is_port(rule.ports, door) for rule in rules)


def lets_out(policies: Iterable[NetworkPolicy], owner: str, target: End | None, door: Door) -> bool:
    """Whether one of the policies lets a connection out, to anywhere where no target is given."""
    rules = [rule for policy in policies for rule in policy.spec.egress]
    return any((target is None or _is_peer(rule.to, owner, target)) and _is_port(rule.ports, door) for rule in rules)


def _is_peer(peers: tuple[NetworkPolicyPeer, ...], owner: str, end: End) -> bool:
    """No peers are all of them. What plugins take pods in a node's network for is not said, so those pass."""
    return not peers or end.host_network or any(_fits(peer, owner, end) for peer in peers)


def _fits(peer: NetworkPolicyPeer, owner: str, end: End) -> bool:
    if peer.ip_block is not None:
        return _may_hold(peer.ip_block, end.addresses)
    own = peer.namespace_selector is None
    in_namespace = end.namespace == owner if own else _may_select(peer, end.namespace_labels)
    return in_namespace and (peer.pod_selector is None or selects(peer.pod_selector, end.labels))


def _may_select(peer: NetworkPolicyPeer, labels: Mapping[str, str] | None) -> bool:
    """Whether a selector selects a namespace, as far as its labels are known."""
    return labels is None or selects(peer.namespace_selector, labels)


def _may_hold(block: IPBlock, addresses: tuple[str, ...]) -> bool:
    """Whether a block of addresses holds one of these; where none is known, or the block is not valid, it may."""
    try:
        held = ipaddress.ip_network(block.cidr, strict=False)
        spared = [ipaddress.ip_network(one, strict=False) for one in block.except_]
        known = [ipaddress.ip_address(one) for one in addresses]
    except ValueError:
        return True
    # An address of the one family is in no network of the other.
    return not known or any(one in held and not any(one in network for network in spared) for one in known)


def _is_port(ports: tuple[NetworkPolicyPort, ...], door: Door) -> bool:
    return not ports or any(port.protocol == door.protocol and _holds(port, door) for port in ports)


def _holds(port: NetworkPolicyPort, door: Door) -> bool:
    if port.port is None:
        return True
    if isinstance(port.port, str):
        return port.port in door.names
    return port.port <= door.number <= (port.end_port or port.port)


def near_miss(policy: NetworkPolicy, direction: str, owner: str, other: End, door: Door) -> str:
    """What a rule of a policy lets pass instead: another port for these pods, or this port for other pods; empty where none is near."""
    rules = (
        [(rule.from_, rule.ports) for rule in policy.spec.ingress]
        if direction == INGRESS
        else [(rule.to, rule.ports) for rule in policy.spec.egress]
    )
    for peers, ports in rules:
        if ports and peers and _is_peer(peers, owner, other):
            return f"opens {_ports(ports)} to them and not port {door.number}"
    for peers, ports in rules:
        if peers and _is_port(ports, door):
            return f"opens port {door.number} to {' and '.join(map(_peer, peers[:MAX_PEERS]))}"
    return ""


def _ports(ports: tuple[NetworkPolicyPort, ...]) -> str:
    said = [f"{one.protocol} {one.port if one.port is not None else '*'}" + (f"-{one.end_port}" if one.end_port else "") for one in ports]
    return f"port{'s' if len(said) > 1 else ''} {', '.join(said[:MAX_PEERS])}"


def _peer(peer: NetworkPolicyPeer) -> str:
    if peer.ip_block is not None:
        return f"addresses {peer.ip_block.cidr}"
    pods = f"pods {format_selector(peer.pod_selector)}".rstrip() if peer.pod_selector is not None else "pods"
    if peer.namespace_selector is None:
        return f"{pods} of its own namespace"
    return (
        f"{pods} in namespaces {format_selector(peer.namespace_selector)}"
        if format_selector(peer.namespace_selector)
        else f"{pods} anywhere"
    )
