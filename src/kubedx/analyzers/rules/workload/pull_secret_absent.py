"""pull-secret-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import CronJob, DaemonSet, Deployment, Job, Secret, StatefulSet, pod_template

Workload = Deployment | StatefulSet | DaemonSet | Job | CronJob


@rule(
    on=(Deployment, StatefulSet, DaemonSet, Job, CronJob),
    reads=(Secret,),
    severity=Severity.INFO,
    suffers=Effect.UNAVAILABLE,
    added="0.1",
)
def pull_secret_absent(workload: Workload, inventory: Inventory) -> Iterator[Outcome]:
    """A workload names a Secret for pulling images that does not exist.

    ## What it means
    The kubelet goes on without it. Images that need no login, or are on the node already, still start; those of a private registry
    cannot be pulled. It is a warning while pods of the workload are not ready, and for information otherwise.

    ## When it is not reported
    When Secrets cannot be listed: then its existence is unknown. For a Job that a CronJob made: the CronJob is reported.

    ## How to fix it
    Create the Secret in the namespace of the workload with `kubectl create secret docker-registry`, or take its name out of
    `imagePullSecrets`.
    """
    template = pod_template(workload)
    if template is None or workload.metadata.controller is not None or workload.metadata.deletion_timestamp is not None:
        return
    for name in dict.fromkeys(one.name for one in template.spec.image_pull_secrets if one.name):
        if not isinstance(inventory.get(Secret, workload.namespace, name), Absent):
            continue
        absent = Secret.KIND.ref(workload.namespace, name)
        near = nearest_objects(inventory, Secret, workload.namespace, name)
        meant = only(near)
        yield Hit(
            message=f'pull secret "{name}" does not exist{describe_nearest(near, workload.namespace)}',
            evidence=(field(workload, f"spec.template.spec.imagePullSecrets[{name}]", name),),
            part=f"secret {name}",
            cause=absent,
            absent=absent,
            severity=Severity.WARNING if _lacks_pods(workload) else Severity.INFO,
            values={"secret": name, "meant": meant.name if meant and meant.namespace == workload.namespace else ""},
        )


def _lacks_pods(workload: Workload) -> bool:
    match workload:
        case Deployment() | StatefulSet():
            return workload.status.ready_replicas < workload.spec.replicas
        case DaemonSet():
            return workload.status.number_ready < workload.status.desired_number_scheduled
        case _:
            return False
