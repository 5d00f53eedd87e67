"""Which way each field of an object goes when it is redacted, by its own name and that of its struct."""

import enum
from functools import cache

from kubedx.kube import pattern_of


class Way(enum.Enum):
    """What is done with a string."""

    API = enum.auto()
    """A word of the API: it stays, but for hosts in it."""
    DOMAIN = enum.auto()
    """An API group, an apiVersion, the name of a driver."""
    NAME = enum.auto()
    """A name or a reference: its words are masked in sentences, too."""
    QUIET_NAME = enum.auto()
    """A name or a reference whose words are masked as values alone."""
    VALUE = enum.auto()
    """A value in which names stand, and which is none."""
    IMAGE = enum.auto()
    """A reference to an image."""
    KEY = enum.auto()
    """The key of a label."""
    CERTIFICATES = enum.auto()
    """A CA bundle, which others like it take the place of."""
    TEXT = enum.auto()
    """Anything else."""


_API = frozenset(
    [
        "access_modes",
        "action",
        "add",
        "address_type",
        "admission_review_versions",
        "app_protocol",
        "architecture",
        "average_value",
        "categories",
        "completed_indexes",
        "completion_mode",
        "component",
        "condition_type",
        "container_runtime_version",
        "controller",
        "conversion_review_versions",
        "drop",
        "effect",
        "failed_indexes",
        "from_",
        "fs_type",
        "ip_families",
        "ip_mode",
        "kernel_version",
        "kind",
        "kube_proxy_version",
        "kubelet_version",
        "level",
        "list_kind",
        "manager",
        "max_surge",
        "max_unavailable",
        "medium",
        "method",
        "min_available",
        "mode",
        "mount_propagation",
        "operating_system",
        "operation",
        "operations",
        "operator",
        "os_image",
        "parameter_not_found_action",
        "path_type",
        "phase",
        "plural",
        "policy_types",
        "proc_mount",
        "protocol",
        "qos_class",
        "reason",
        "recursive_read_only",
        "reporting_component",
        "resize",
        "resource",
        "resources",
        "role",
        "schedule",
        "scheme",
        "scope",
        "scope_name",
        "scopes",
        "session_affinity",
        "short_names",
        "side_effects",
        "singular",
        "size_limit",
        "status",
        "stop_signal",
        "stored_versions",
        "strategy",
        "subresource",
        "succeeded_indexes",
        "time_zone",
        "tolerance",
        "traffic_distribution",
        "type",
        "validation_actions",
        "verbs",
        "version",
        "versions",
        "volume_binding_mode",
        "volume_lifecycle_modes",
        "volume_mode",
        "when_deleted",
        "when_scaled",
        "when_unsatisfiable",
        "window",
        "scheduler_name",
    ]
)
_DOMAIN = frozenset(
    [
        "api_group",
        "api_groups",
        "api_version",
        "api_versions",
        "attacher",
        "controller_name",
        "driver",
        "group",
        "handler",
        "provisioner",
        "signer_name",
    ]
)
_IMAGE = frozenset(("image", "image_id", "names", "reference"))
_KEY = frozenset(("topology_key", "topology_keys", "match_label_keys", "mismatch_label_keys"))
_KEYED = frozenset(("LabelSelectorRequirement", "NodeSelectorRequirement", "TopologySelectorLabelRequirement", "Toleration", "Taint"))
_NAME = frozenset(
    [
        "claim_name",
        "host",
        "hostname",
        "hostnames",
        "hosts",
        "name",
        "namespace",
        "namespaces",
        "node_id",
        "node_name",
        "nominated_node_name",
        "persistent_volume_name",
        "secret_name",
        "server",
        "service_name",
        "volume_name",
    ]
)
_QUIET_NAME = frozenset(
    [
        "container_name",
        "disk_name",
        "external_name",
        "generate_name",
        "holder_identity",
        "pd_name",
        "policy_name",
        "priority_class_name",
        "reporting_instance",
        "resource_claim_name",
        "resource_claim_template_name",
        "resource_names",
        "runtime_class_name",
        "service_account_name",
        "share_name",
        "storage_class_name",
        "ingress_class_name",
        "gateway_class_name",
        "subdomain",
        "target_container_name",
        "volume_attributes_class_name",
    ]
)
# Structs whose `name` is a word of the API, or one that is no name of anything in the cluster.
_NAMELESS = frozenset(
    [
        "ContainerPort",
        "ContainerResourceMetricSource",
        "ContainerResourceMetricStatus",
        "CustomResourceDefinitionVersion",
        "EndpointPort",
        "EndpointsPort",
        "EnvVar",
        "HTTPHeader",
        "MetricIdentifier",
        "PodDNSConfigOption",
        "PodOS",
        "ResourceMetricSource",
        "ResourceMetricStatus",
        "HTTPRouteRule",
        "HTTPValueMatch",
        "MatchCondition",
        "ServiceBackendPort",
        "ServicePort",
    ]
)
# Structs whose `name` is quoted where a sentence tells of it.
_QUIETLY_NAMED = frozenset(
    [
        "AttachedVolume",
        "CSINodeDriver",
        "Listener",
        "ListenerStatus",
        "MutatingWebhook",
        "RoleRef",
        "Subject",
        "ValidatingWebhook",
        "Volume",
        "VolumeDevice",
        "VolumeMount",
        "PodSchedulingGate",
        "PodResourceClaim",
        "ContainerResourceClaim",
    ]
)
# A container may be called like its public image; `recording` knows which are not.
_CONTAINERS = frozenset(("Container", "ContainerMetrics", "ContainerStatus", "EphemeralContainer"))
_CERTIFICATES = frozenset(("ca_bundle",))
_SNAKE = pattern_of(r"(?<=[a-z0-9])(?=[A-Z])")

NAMING = frozenset(
    [
        "kubernetes.io/ingress.class",
        "kubernetes.io/service-account.name",
        "meta.helm.sh/release-name",
        "meta.helm.sh/release-namespace",
        "volume.beta.kubernetes.io/storage-class",
        "volume.kubernetes.io/selected-node",
    ]
)
"""Annotations whose values are names."""

LABELS = frozenset(("labels", "match_labels", "node_selector", "selector", "match_expressions"))
RESOURCES = frozenset(
    [
        "allocatable",
        "allocated_resource_statuses",
        "allocated_resources",
        "capacity",
        "default",
        "default_request",
        "hard",
        "limits",
        "max",
        "max_limit_request_ratio",
        "min",
        "overhead",
        "pod_fixed",
        "requests",
        "usage",
        "used",
    ]
)


@cache
def way_of(struct: str, field: str) -> Way:
    """The way of a string in that field of that struct."""
    special = _SPECIAL.get((struct, field))
    if special is not None:
        return special
    return Way.API if field.endswith("_policy") else _WAYS.get(field, Way.TEXT)


def snake(key: str) -> str:
    """The name of a field of a custom resource as ours are written: `storageClassName` is `storage_class_name`."""
    return _SNAKE.sub("_", key).lower()


_WAYS = {
    **dict.fromkeys(_API, Way.API),
    **dict.fromkeys(_DOMAIN, Way.DOMAIN),
    **dict.fromkeys(_IMAGE, Way.IMAGE),
    **dict.fromkeys(_KEY, Way.KEY),
    "field_path": Way.VALUE,
    **dict.fromkeys(_NAME, Way.NAME),
    **dict.fromkeys(_QUIET_NAME, Way.QUIET_NAME),
    **dict.fromkeys(_CERTIFICATES, Way.CERTIFICATES),
}
_SPECIAL = {
    **{(struct, "name"): Way.TEXT for struct in _NAMELESS},
    **{(struct, "name"): Way.QUIET_NAME for struct in _QUIETLY_NAMED},
    **{(struct, "name"): Way.VALUE for struct in _CONTAINERS},
    **{("Certificate", field): Way.QUIET_NAME for field in ("subject", "common_name", "issuer")},
    **{(struct, "key"): Way.KEY for struct in _KEYED},
    **{(struct, "host"): Way.QUIET_NAME for struct in ("HTTPGetAction", "TCPSocketAction")},
}
