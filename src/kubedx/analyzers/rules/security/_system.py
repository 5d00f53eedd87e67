"""What belongs to the cluster itself, whose rights are as wide as they have to be."""

from kubedx.kube import KubeObject

NAMESPACES = frozenset({"kube-system", "kube-public", "kube-node-lease", "local-path-storage"})
PREFIXES = ("openshift-", "gke-", "calico-", "tigera-", "cattle-")
BOOTSTRAP = "kubernetes.io/bootstrapping"
"""The label of the API server's own roles and bindings."""


def is_of_the_system(obj: KubeObject) -> bool:
    """Whether an object is of the cluster itself, by its namespace, its name or the API server's own label."""
    return is_system_namespace(obj.namespace) or obj.name.startswith("system:") or BOOTSTRAP in obj.metadata.labels


def is_system_namespace(namespace: str) -> bool:
    """Whether a namespace holds parts of the cluster itself."""
    return namespace in NAMESPACES or namespace.startswith(PREFIXES)
