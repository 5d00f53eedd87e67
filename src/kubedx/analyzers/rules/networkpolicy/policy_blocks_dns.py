"""policy-blocks-dns"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.networkpolicy._traffic import WORKLOADS, Door, end_of, governs, lets_out, policies_of, selected_by
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, Namespace, NetworkPolicy, Pod, pod_spec

DNS = (Door(53, ("dns",), "UDP"), Door(53, ("dns-tcp",), "TCP"))


@rule(
    filter="NetworkPolicy",
    on=NetworkPolicy,
    consults=(*WORKLOADS, Namespace, Pod),
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def policy_blocks_dns(policy: NetworkPolicy, inventory: Inventory) -> Iterator[Outcome]:
    """The egress policies of a workload leave no way to DNS, though the workload calls Services by name.

    ## What it means
    As soon as one policy of the type Egress selects a pod, only what its policies name may pass, and port 53 is not among it. The pod
    cannot resolve a single name. An error when a pod of the workload is not ready, else a warning.

    ## When it is not reported
    When any policy lets port 53 pass, for pods that use the network of their node, and for workloads that call nothing by name.

    ## How to fix it
    Add an egress rule for port 53, UDP and TCP.
    """
    if not governs(policy, "Egress") or policy.metadata.deletion_timestamp is not None:
        return
    cut = [one for one in selected_by(policy, inventory) if _is_cut_off(policy, one, inventory)]
    if not cut:
        return
    names = ", ".join(str(one.ref) for one in cut[:3])
    selected = {edge.target.name for edge in inventory.edges_from(policy.ref, EdgeKind.SELECTS) if edge.target.kind == "Pod"}
    unwell = [
        pod for pod in inventory.list(Pod, policy.namespace) if pod.name in selected and not is_ready(pod) and pod.status.phase == "Running"
    ]
    yield Hit(
        message=f"no egress rule lets port 53 pass, so {names} cannot resolve the names that {'they call' if len(cut) > 1 else 'it calls'}",
        evidence=(
            field(policy, "spec.policyTypes", ", ".join(policy.spec.policy_types)),
            field(policy, "spec.egress", f"{len(policy.spec.egress)} rules"),
            *(field(pod, "status.phase", pod.status.phase) for pod in unwell[:1]),
        ),
        severity=Severity.ERROR if unwell else Severity.WARNING,
        since=policy.metadata.creation_timestamp,
        values={"workloads": names},
    )


def _is_cut_off(policy: NetworkPolicy, workload: KubeObject, inventory: Inventory) -> bool:
    spec, end = pod_spec(workload), end_of(workload, inventory)
    if (
        spec is None
        or end is None
        or spec.host_network
        or spec.dns_policy == "None"
        or not inventory.edges_from(workload.ref, EdgeKind.CALLS)
    ):
        return False
    policies = policies_of(end, "Egress", inventory)
    # Several policies may hold for the same pods; the first of them speaks for all.
    if not policies or policies[0].ref != policy.ref:
        return False
    return not any(lets_out(policies, policy.namespace, None, door) for door in DNS)
