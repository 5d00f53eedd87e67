"""The ConfigMaps of which nothing is said: those that others look after, and those whose owner said so."""

from kubedx.kube import ConfigMap

LEADER = "control-plane.alpha.kubernetes.io/leader"
SKIP = "k8sgpt.ai/skip-usage-check"
DYNAMIC = "k8sgpt.ai/dynamically-loaded"
READ_BY_LABEL = ("grafana_dashboard", "grafana_datasource", "prometheus_rule", "fluentd_config")
"""Labels, of any value, by which sidecars find the ConfigMaps that they load."""
SYSTEM = ("kube-system", "kube-public", "kube-node-lease")
MADE_FOR_ALL = ("kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert")


def is_left_alone(config_map: ConfigMap) -> bool:
    """Whether a ConfigMap is the system's or a controller's, is being deleted, or is marked as read by other ways."""
    meta = config_map.metadata
    if meta.namespace in SYSTEM or meta.name in MADE_FOR_ALL or meta.owner_references or meta.deletion_timestamp is not None:
        return True
    marked = meta.annotations.get(SKIP) == "true" or meta.labels.get(DYNAMIC) == "true"
    return marked or LEADER in meta.annotations or any(label in meta.labels for label in READ_BY_LABEL)
