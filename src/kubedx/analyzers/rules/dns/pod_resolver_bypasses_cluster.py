"""pod-resolver-bypasses-cluster"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.callers import UNRESOLVED, complaints_of
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.reachability import REACHABILITY, Resolver, end_of, resolver_fault
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import CronJob, DaemonSet, Deployment, Job, Pod, Ref, StatefulSet, pod_spec

Caller = Deployment | StatefulSet | DaemonSet | Job | CronJob
CALLERS = (Deployment, StatefulSet, DaemonSet, Job, CronJob)
MAX_CALLED = 2


@rule(
    on=CALLERS,
    reads=(Pod,),
    consults=REACHABILITY,
    severity=Severity.INFO,
    confidence=Confidence.POSSIBLE,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def pod_resolver_bypasses_cluster(workload: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """A workload calls Services by name, but its pods do not ask the cluster's DNS.

    ## What it means
    With `dnsPolicy: Default` a pod asks the resolver of its node, with `None` the servers in `dnsConfig`, and in the network of the node
    (`hostNetwork`) `ClusterFirst` is taken for `Default`. None of these knows the names of Services. It is an error when the log of the
    workload complains of a name, a warning when only a pod is not ready, and else for information.

    ## When it is not reported
    For workloads that call no Service by name, for servers that are the cluster's DNS or a cache of it on the node, and where the cluster's
    DNS is not known.

    ## How to fix it
    Use `dnsPolicy: ClusterFirst`, or `ClusterFirstWithHostNet` on the network of the node.
    """
    if workload.metadata.controller is not None or workload.metadata.deletion_timestamp is not None:
        return
    spec = pod_spec(workload)
    fault = resolver_fault(spec, inventory) if spec is not None else None
    if fault is None:
        return
    called = sorted({edge.target for edge in inventory.edges_from(workload.ref, EdgeKind.CALLS)})
    end = end_of(workload, inventory) if called else None
    if end is None:
        return
    unwell = [pod for pod in inventory.select_labels(Pod, workload.namespace, end.labels) if _is_unwell(pod, inventory)]
    heard: Evidence | None = None
    for said in complaints_of(workload.ref, unwell[-1:], inventory, UNRESOLVED, tuple(one.name for one in called)):
        if isinstance(said, AskLog):
            yield said
        elif heard is None:
            heard = said.evidence
    yield _hit(workload, fault, called, heard, bool(unwell))


def _is_unwell(pod: Pod, inventory: Inventory) -> bool:
    if pod.status.phase == "Succeeded" or pod.metadata.deletion_timestamp is not None:
        return False
    return not is_ready(pod) and not is_starting(pod, inventory.now)


def _hit(workload: Caller, fault: Resolver, called: list[Ref], heard: Evidence | None, unwell: bool) -> Hit:
    base = "spec.jobTemplate.spec.template.spec" if isinstance(workload, CronJob) else "spec.template.spec"
    names = " and ".join(f"service {one.namespace}/{one.name}" for one in called[:MAX_CALLED])
    logged = "; its log complains of the name" if heard is not None else ""
    quiet = Severity.WARNING if unwell and not fault.doubtful else Severity.INFO
    return Hit(
        message=f"calls {names} by name, but {fault.path} is {fault.value or 'empty'}: {fault.words}{logged}",
        evidence=(field(workload, f"{base}.{fault.path}", fault.value), *((heard,) if heard is not None else ())),
        severity=Severity.ERROR if heard is not None else quiet,
        confidence=Confidence.LIKELY if heard is not None else Confidence.POSSIBLE,
        values={
            "field": fault.path,
            "value": fault.value,
            "why": fault.words,
            "called": names,
            "meant": "ClusterFirstWithHostNet" if fault.doubtful and fault.path == "dnsPolicy" else "ClusterFirst",
        },
    )
