"""config-map-unused"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.config._left_alone import is_left_alone
from kubedx.findings import Confidence, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import ConfigMap, CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet


@rule(
    filter="ConfigMap",
    on=ConfigMap,
    reads=(Pod, Deployment, StatefulSet, DaemonSet, Job, CronJob),
    consults=(ReplicaSet,),
    severity=Severity.INFO,
    confidence=Confidence.POSSIBLE,
    added="0.1",
)
def config_map_unused(config_map: ConfigMap, inventory: Inventory) -> Iterator[Outcome]:
    """No pod and no workload refers to a ConfigMap.

    ## What it means
    It may be left over. It may as well be read through the API by a program that is not known here, so this is only for information.

    ## When it is not reported
    For those of the system, those that a controller made, those used for leader election, those that carry a label by which programs
    such as Grafana pick them up, and those with the annotation `k8sgpt.ai/skip-usage-check: "true"` or the label
    `k8sgpt.ai/dynamically-loaded: "true"`.

    ## How to fix it
    Delete it if nobody needs it.
    """
    if is_left_alone(config_map):
        return
    if not inventory.edges_to(config_map.ref, EdgeKind.MOUNTS, EdgeKind.READS_ENV):
        yield Hit(
            message="no pod or workload refers to the config map",
            evidence=(field(config_map, "metadata.name", config_map.name),),
        )
