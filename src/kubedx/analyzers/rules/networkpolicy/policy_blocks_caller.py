"""policy-blocks-caller"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNREACHABLE, complaints
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability import (
    INGRESS,
    REACHABILITY,
    Blockade,
    Break,
    Call,
    Hop,
    blockade,
    called_ports,
    calls_from,
    calls_to,
    first_break,
    service_at,
    workload_at,
)
from kubedx.analyzers.rules.networkpolicy._selected import selected_by
from kubedx.findings import Confidence, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import NetworkPolicy, Service, spec_changed_at

MAX_BLOCKED = 3


@rule(
    filter="NetworkPolicy",
    on=NetworkPolicy,
    reads=(Service,),
    consults=REACHABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def policy_blocks_caller(policy: NetworkPolicy, inventory: Inventory) -> Iterator[Outcome]:
    """NetworkPolicies keep a workload from a Service that it is told to talk to.

    ## What it means
    A workload names a Service of the cluster in its environment or arguments. Either the policies on the pods behind the Service let
    nothing in from it, or the policies on the workload itself let nothing out to them. Of several policies that hold together the one
    whose rule comes nearest is named. It is an error when its log complains of the Service, and for information when something else
    stops the connection before.

    ## When it is not reported
    When any policy lets the connection pass at the port that is called (at any port, where that is not known), and for pods in the
    network of their node. A network plugin that does not enforce policies makes this harmless, and policies of the plugin's own kinds
    (Cilium, Calico, Antrea, AdminNetworkPolicy) may lift it: where one holds, it is only possible, and for information without a log.

    ## How to fix it
    Add the rule that is named to a policy.
    """
    if policy.metadata.deletion_timestamp is not None:
        return
    blocked: dict[Call, Blockade] = {}
    for workload in selected_by(policy, inventory):
        for call in (*calls_to(workload, inventory), *calls_from(workload, inventory)):
            found = blockade(inventory, call) if len(blocked) < MAX_BLOCKED else None
            # Several policies may hold for the same pods; one of them speaks for all.
            if found is not None and found.policy.ref == policy.ref:
                blocked[call] = found
    for found in blocked.values():
        yield from _report(found, inventory)


def _report(found: Blockade, inventory: Inventory) -> Iterator[Outcome]:
    call, service = found.call, service_at(found.call.service, inventory)
    if service is None:
        return
    heard: Evidence | None = None
    for said in complaints(service, inventory, UNREACHABLE, (service.name, service.spec.cluster_ip)):
        if isinstance(said, AskLog):
            yield said
        elif heard is None and said.caller == call.caller:
            heard = said.evidence
    yield _hit(found, service, heard, _earlier(found, inventory))


def _earlier(found: Blockade, inventory: Inventory) -> Break | None:
    """What stops the connection before it comes to the policies."""
    caller = workload_at(found.call.caller, inventory)
    ports = called_ports(inventory, found.call.caller).get(found.call.service, frozenset())
    first = first_break(caller, found.call.service, inventory, ports=ports) if caller is not None else None
    return first if first is not None and first.sure and first.hop not in {Hop.EGRESS, Hop.INGRESS, Hop.READINESS} else None


def _hit(found: Blockade, service: Service, heard: Evidence | None, earlier: Break | None) -> Hit:
    call, policy, number = found.call, found.policy, found.door.number
    inward = found.direction == INGRESS
    where = f"no ingress rule for {call.server} lets in" if inward else f"no egress rule for {call.caller} lets out"
    instead = f"; it {found.near}" if found.near else ""
    doubt = f"; {found.foreign} may allow it" if found.foreign is not None else ""
    said = "; its log complains of it" if heard is not None else f"; before that, {earlier.words}" if earlier is not None else ""
    rules = policy.spec.ingress if inward else policy.spec.egress
    return Hit(
        message=(
            f"{call.caller} calls service {service.namespace}/{service.name}, but {where} this connection to port {number}"
            f"{instead}{doubt}{said}"
        ),
        evidence=(
            field(policy, "spec.podSelector", msgspec.to_builtins(policy.spec.pod_selector)),
            field(policy, f"spec.{found.direction.lower()}", msgspec.to_builtins(rules)),
            field(service, "spec.ports", ", ".join(str(port.port) for port in service.spec.ports)),
            *((heard,) if heard is not None else ()),
        ),
        part=f"{found.direction.lower()} {call.caller} {service.name} {number}",
        severity=_severity(found, heard, earlier),
        confidence=Confidence.LIKELY if heard is not None and found.foreign is None else Confidence.POSSIBLE,
        since=spec_changed_at(policy),
        values={
            "direction": found.direction.lower(),
            "caller": str(call.caller),
            "server": str(call.server),
            "port": str(number),
            "needed": found.other.words,
        },
    )


def _severity(found: Blockade, heard: Evidence | None, earlier: Break | None) -> Severity:
    if heard is not None:
        return Severity.ERROR
    return Severity.INFO if found.foreign is not None or earlier is not None else Severity.WARNING
