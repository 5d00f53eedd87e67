"""config-map-unused"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Confidence, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import ConfigMap, CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, StatefulSet

LEADER = "control-plane.alpha.kubernetes.io/leader"
SKIP = "k8sgpt.ai/skip-usage-check"
READ_BY_LABEL = ("grafana_dashboard", "grafana_datasource", "prometheus_rule", "fluentd_config", "k8sgpt.ai/dynamically-loaded")
SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
MADE_FOR_ALL = ("kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert")


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
    For those of the system, those that a controller made, those used for leader election, and those that carry a label by which
    programs such as Grafana pick them up.

    ## How to fix it
    Delete it if nobody needs it.
    """
    meta = config_map.metadata
    if meta.namespace in SYSTEM or meta.name in MADE_FOR_ALL or meta.owner_references or meta.deletion_timestamp is not None:
        return
    if LEADER in meta.annotations or meta.annotations.get(SKIP) == "true" or any(label in meta.labels for label in READ_BY_LABEL):
        return
    if not inventory.edges_to(config_map.ref, EdgeKind.MOUNTS, EdgeKind.READS_ENV):
        yield Hit(
            message="no pod or workload refers to the config map",
            evidence=(field(config_map, "metadata.name", meta.name),),
        )
