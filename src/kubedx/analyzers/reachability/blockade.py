"""The NetworkPolicies that together keep a caller from what it calls, and the one of them that was probably meant to let it pass."""

import msgspec

from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.reachability.calls import Call, called_ports, doors_of, service_at
from kubedx.analyzers.reachability.ends import End, end_of, workload_at
from kubedx.analyzers.reachability.foreign_policies import foreign_policy
from kubedx.analyzers.reachability.traffic import EGRESS, INGRESS, Door, lets_in, lets_out, near_miss, policies_of
from kubedx.inventory import Inventory
from kubedx.kube import NetworkPolicy, Ref


class Blockade(msgspec.Struct, frozen=True):
    """Why a call does not pass. `policy` is the one to change of all those that hold; `near` says what a rule of it lets pass instead.

    `other` is the end that a rule would have to name. `foreign` is a policy of the network plugin that may lift it all.
    """

    call: Call
    direction: str
    policy: NetworkPolicy
    door: Door
    other: End
    near: str
    foreign: Ref | None


@once_per_inventory
def blockade(inventory: Inventory, call: Call) -> Blockade | None:
    """What keeps a call from passing, on its way out first; None where it may pass or too little is known.

    Of several ports one that passes is enough, as long as it is not known which of them is called.
    """
    caller, server = workload_at(call.caller, inventory), workload_at(call.server, inventory)
    service = service_at(call.service, inventory)
    if caller is None or server is None or service is None:
        return None
    source = end_of(caller, inventory)
    target = end_of(server, inventory, fronts=(service.spec.cluster_ip,))
    if source is None or target is None or source.host_network:
        # For what plugins take a pod in its node's network is not said.
        return None
    wanted = called_ports(inventory, call.caller).get(call.service, frozenset())
    doors = doors_of(service, target.spec, wanted)
    for direction, own, other in ((EGRESS, source, target), (INGRESS, target, source)):
        policies = policies_of(own, direction, inventory)
        shut = [door for door in doors if policies and not _passes(policies, direction, own, other, door)]
        if shut and (wanted or len(shut) == len(doors)):
            policy, near = _meant(policies, direction, own, other, shut[0])
            foreign = foreign_policy(inventory, own.namespace)
            return Blockade(call, direction, policy, shut[0], other, near, foreign)
    return None


def _passes(policies: tuple[NetworkPolicy, ...], direction: str, own: End, other: End, door: Door) -> bool:
    allows = lets_in if direction == INGRESS else lets_out
    return allows(policies, own.namespace, other, door)


def _meant(policies: tuple[NetworkPolicy, ...], direction: str, own: End, other: End, door: Door) -> tuple[NetworkPolicy, str]:
    """The policy whose rule comes nearest; without one the first that has no rule for the direction, as a default denial has none."""
    near = [(policy, said) for policy in policies if (said := near_miss(policy, direction, own.namespace, other, door))]
    if near:
        return near[0]
    empty = [policy for policy in policies if not (policy.spec.ingress if direction == INGRESS else policy.spec.egress)]
    return (empty or list(policies))[0], ""
