"""As what kind an object of a dump is read: the version it is written in need not be the one that we read."""

from functools import lru_cache

from kubedx.kube import GroupKind, Kind, group_of, kind_of

_RBAC = ("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")
_ADMISSION = (
    "ValidatingWebhookConfiguration",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)

# Older versions in which the fields that we read have the names and meanings of the version that we read:
# https://kubernetes.io/docs/reference/using-api/deprecation-guide/
_SAME_SHAPE: frozenset[tuple[str, str]] = frozenset(
    (version, kind)
    for version, kinds in {
        "admissionregistration.k8s.io/v1beta1": _ADMISSION,
        "apiregistration.k8s.io/v1beta1": ("APIService",),
        "apps/v1beta2": ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"),
        "autoscaling/v2beta2": ("HorizontalPodAutoscaler",),
        "batch/v1beta1": ("CronJob",),
        "coordination.k8s.io/v1beta1": ("Lease",),
        "gateway.networking.k8s.io/v1beta1": ("GatewayClass", "Gateway", "HTTPRoute"),
        "node.k8s.io/v1beta1": ("RuntimeClass",),
        "policy/v1beta1": ("PodDisruptionBudget",),
        "rbac.authorization.k8s.io/v1beta1": _RBAC,
        "scheduling.k8s.io/v1beta1": ("PriorityClass",),
        "storage.k8s.io/v1beta1": ("StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"),
    }.items()
    for kind in kinds
)


@lru_cache(maxsize=4096)
def read_as(api_version: str, kind: str, *, namespaced: bool) -> Kind | None:
    """The kind as which an object is read: that of its type, else (`namespaced` or not) as it is.

    None when the kind has a type, but this version of it names its fields otherwise, so that typing it would lose them.
    """
    known = kind_of(GroupKind(group_of(api_version), kind))
    if known is None:
        return Kind(api_version, kind, plural_of(kind), namespaced)
    return known if known.api_version == api_version or (api_version, kind) in _SAME_SHAPE else None


def plural_of(kind: str) -> str:
    """The plural that a kind nearly always has; the exact one stands in the CustomResourceDefinition alone."""
    word = kind.lower()
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"
