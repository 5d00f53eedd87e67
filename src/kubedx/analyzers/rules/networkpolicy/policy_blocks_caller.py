"""policy-blocks-caller"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNREACHABLE, complaints
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.networkpolicy._traffic import (
    WORKLOADS,
    Door,
    End,
    end_of,
    lets_in,
    lets_out,
    policies_of,
    ports_of,
    selected_by,
)
from kubedx.findings import Confidence, Evidence, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import ContainerPort, KubeObject, Namespace, NetworkPolicy, Pod, Ref, Service, ServicePort, pod_spec

MAX_BLOCKED = 3


class Call(msgspec.Struct, frozen=True):
    """A workload that calls a Service of a workload, at a port."""

    caller: KubeObject
    service: Service
    server: KubeObject
    door: Door


@rule(
    filter="NetworkPolicy",
    on=NetworkPolicy,
    reads=(NetworkPolicy, Service),
    consults=(*WORKLOADS, Namespace, Pod),
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def policy_blocks_caller(policy: NetworkPolicy, inventory: Inventory) -> Iterator[Outcome]:
    """NetworkPolicies keep a workload from a Service that it is told to talk to.

    ## What it means
    A workload names a Service of the cluster in its environment or arguments. Either the policies on the pods behind the Service let
    nothing in from it, or the policies on the workload itself let nothing out to them. It is an error when its log complains of the
    Service.

    ## When it is not reported
    When any policy lets the connection pass; rules by address block are taken to let it pass. A network plugin that does not enforce
    policies makes this harmless.

    ## How to fix it
    Add the rule that is named to a policy.
    """
    if policy.metadata.deletion_timestamp is not None:
        return
    blocked = 0
    for workload in selected_by(policy, inventory):
        for call, direction in (*_calls_to(workload, inventory), *_calls_from(workload, inventory)):
            holding = _blocking(call, direction, inventory)
            # Several policies may hold for the same pods; the first of them speaks for all.
            if holding and holding[0].ref == policy.ref and blocked < MAX_BLOCKED:
                blocked += 1
                yield from _report(policy, call, direction, inventory)


def _calls_to(server: KubeObject, inventory: Inventory) -> Iterator[tuple[Call, str]]:
    for edge in inventory.edges_to(server.ref, EdgeKind.SELECTS):
        service = inventory.get(Service, edge.source.namespace, edge.source.name) if edge.source.kind == "Service" else None
        if isinstance(service, Found):
            for caller in _callers(service.object, inventory):
                for door in _doors(service.object, server):
                    yield Call(caller, service.object, server, door), "Ingress"


def _calls_from(caller: KubeObject, inventory: Inventory) -> Iterator[tuple[Call, str]]:
    for edge in inventory.edges_from(caller.ref, EdgeKind.CALLS):
        service = inventory.get(Service, edge.target.namespace, edge.target.name)
        if isinstance(service, Found):
            for server in _servers(service.object, inventory):
                for door in _doors(service.object, server):
                    yield Call(caller, service.object, server, door), "Egress"


def _callers(service: Service, inventory: Inventory) -> Iterator[KubeObject]:
    yield from _workloads({edge.source for edge in inventory.edges_to(service.ref, EdgeKind.CALLS)}, inventory)


def _servers(service: Service, inventory: Inventory) -> Iterator[KubeObject]:
    yield from _workloads({edge.target for edge in inventory.edges_from(service.ref, EdgeKind.SELECTS)}, inventory)


def _workloads(refs: set[Ref], inventory: Inventory) -> Iterator[KubeObject]:
    kinds = {kind.KIND.kind for kind in WORKLOADS}
    for ref in sorted(refs):
        found = inventory.find(ref) if ref.kind in kinds else None
        if isinstance(found, Found):
            yield found.object


def _doors(service: Service, server: KubeObject) -> Iterator[Door]:
    spec = pod_spec(server)
    declared = ports_of(spec) if spec is not None else ()
    for port in service.spec.ports:
        door = _door(port, {one.name: one.container_port for one in declared}, tuple(declared))
        if door is not None:
            yield door


def _door(port: ServicePort, by_name: dict[str, int], declared: tuple[ContainerPort, ...]) -> Door | None:
    target = port.port if port.target_port is None else port.target_port
    number = by_name.get(target) if isinstance(target, str) else target
    if number is None:
        return None
    return Door(number, tuple(one.name for one in declared if one.container_port == number and one.name), port.protocol)


def _blocking(call: Call, direction: str, inventory: Inventory) -> tuple[NetworkPolicy, ...]:
    """The policies that together let the connection not pass; none when it may."""
    source, target = end_of(call.caller, inventory), end_of(call.server, inventory)
    if source is None or target is None:
        return ()
    end = target if direction == "Ingress" else source
    policies = policies_of(end, direction, inventory)
    if not policies:
        return ()
    passes = (
        lets_in(policies, target.namespace, source, call.door)
        if direction == "Ingress"
        else lets_out(policies, source.namespace, target, call.door)
    )
    return () if passes else policies


def _report(policy: NetworkPolicy, call: Call, direction: str, inventory: Inventory) -> Iterator[Outcome]:
    heard: Evidence | None = None
    for said in complaints(call.service, inventory, UNREACHABLE, (call.service.name, call.service.spec.cluster_ip)):
        if isinstance(said, AskLog):
            yield said
        elif heard is None and said.caller == call.caller.ref:
            heard = said.evidence
    caller, server, door = call.caller.ref, call.server.ref, call.door
    source = end_of(call.caller, inventory)
    where = f"no ingress rule for {server} lets in" if direction == "Ingress" else f"no egress rule for {caller} lets out"
    needed = _needed(source if direction == "Ingress" else end_of(call.server, inventory))
    yield Hit(
        message=(
            f"{caller} calls service {call.service.namespace}/{call.service.name}, but {where} this connection to port {door.number}"
            + ("; its log complains of it" if heard is not None else "")
        ),
        evidence=(
            field(policy, "spec.podSelector", msgspec.to_builtins(policy.spec.pod_selector)),
            field(policy, "spec.policyTypes", ", ".join(policy.spec.policy_types)),
            field(call.service, "spec.ports", ", ".join(str(port.port) for port in call.service.spec.ports)),
            *((heard,) if heard is not None else ()),
        ),
        part=f"{direction.lower()} {caller} {call.service.name} {door.number}",
        severity=Severity.ERROR if heard is not None else Severity.WARNING,
        confidence=Confidence.LIKELY if heard is not None else Confidence.POSSIBLE,
        since=policy.metadata.creation_timestamp,
        values={"direction": direction.lower(), "caller": str(caller), "server": str(server), "port": str(door.number), "needed": needed},
    )


def _needed(end: End | None) -> str:
    """The pods that a rule must name, in words."""
    if end is None:
        return ""
    labels = ", ".join(f"{key}={value}" for key, value in sorted(end.labels.items()))
    return f"{labels} in namespace {end.namespace}"
