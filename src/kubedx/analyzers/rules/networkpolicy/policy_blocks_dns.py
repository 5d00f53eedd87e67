"""policy-blocks-dns"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNRESOLVED, complaints_of
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability import EGRESS, REACHABILITY, End, blocks_dns, dns_service, end_of, foreign_policy, governs
from kubedx.analyzers.rules.networkpolicy._selected import selected_by
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, NetworkPolicy, Pod, spec_changed_at

MAX_NAMED = 3
DNS_PORT = 53


@rule(
    filter="NetworkPolicy",
    on=NetworkPolicy,
    consults=REACHABILITY,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def policy_blocks_dns(policy: NetworkPolicy, inventory: Inventory) -> Iterator[Outcome]:
    """The egress policies of a workload leave no way to DNS, though the workload calls Services by name.

    ## What it means
    As soon as one policy of the type Egress selects a pod, only what its policies name may pass, and port 53 of the cluster's DNS is not
    among it: there is no rule for the port, or it names other pods or namespaces than those of DNS. The pod cannot resolve a single
    name. An error when a pod of the workload is not ready, else a warning.

    ## When it is not reported
    When any policy lets port 53 pass to the pods of DNS (to anywhere, where they are not known or a cache on every node answers in their
    stead), for pods that use the network of their node or a resolver of their own, and for workloads that call nothing by name and whose
    log does not complain of names. Where a policy of the network plugin's own kind holds too, which may allow it, it is only for
    information.

    ## How to fix it
    Add an egress rule for port 53, UDP and TCP.
    """
    # equivalent mutant: this spares the look at the pods of policies that `blocks_dns` leaves out too
    if not governs(policy, EGRESS) or policy.metadata.deletion_timestamp is not None:
        return
    cut: list[KubeObject] = []
    heard: Evidence | None = None
    unwell: list[Pod] = []
    for workload in selected_by(policy, inventory):
        end = end_of(workload, inventory)
        if end is None or not _is_cut_off(policy, end, inventory):
            continue
        pods = _unwell(end, inventory)
        logged: Evidence | None = None
        for said in complaints_of(workload.ref, pods[:1], inventory, UNRESOLVED):
            if isinstance(said, AskLog):
                yield said
            else:
                logged = said.evidence
        if logged is not None or inventory.edges_from(workload.ref, EdgeKind.CALLS):
            cut.append(workload)
            unwell += pods
            heard = heard or logged
    if cut:
        yield _hit(policy, cut, unwell, heard, inventory)


def _hit(policy: NetworkPolicy, cut: list[KubeObject], unwell: list[Pod], heard: Evidence | None, inventory: Inventory) -> Hit:
    names = ", ".join(str(one.ref) for one in cut[:MAX_NAMED])
    service = dns_service(inventory)
    opened = any(port.port == DNS_PORT for one in policy.spec.egress for port in one.ports)
    foreign = foreign_policy(inventory, policy.namespace) if heard is None else None
    doubt = f"; {foreign} may allow it" if foreign is not None else ""
    where = f" to the pods of service {service.namespace}/{service.name}" if service is not None and opened else ""
    return Hit(
        message=(
            f"no egress rule lets port 53 pass{where}, so {names} cannot resolve the names that "
            f"{'they call' if len(cut) > 1 else 'it calls'}" + ("; its log complains of it" if heard is not None else doubt)
        ),
        evidence=(
            field(policy, "spec.policyTypes", ", ".join(policy.spec.policy_types)),
            field(policy, "spec.egress", f"{len(policy.spec.egress)} rules"),
            *(field(pod, "status.phase", pod.status.phase) for pod in unwell[:1]),
            *((heard,) if heard is not None else ()),
        ),
        severity=Severity.INFO if foreign is not None else Severity.ERROR if unwell else Severity.WARNING,
        confidence=Confidence.POSSIBLE if foreign is not None else None,
        since=spec_changed_at(policy),
        values={"workloads": names},
    )


def _is_cut_off(policy: NetworkPolicy, end: End, inventory: Inventory) -> bool:
    if end.spec.dns_policy == "None":
        return False
    policies = blocks_dns(end, inventory)
    # Several policies may hold for the same pods; the first of them speaks for all.
    return bool(policies) and policies[0].ref == policy.ref


def _unwell(end: End, inventory: Inventory) -> list[Pod]:
    """The running pods of a workload that are not ready."""
    pods = inventory.select_labels(Pod, end.namespace, end.labels)
    return [pod for pod in pods if not is_ready(pod) and pod.status.phase == "Running"]
