"""Who wrote an object last, by its managedFields. Dumps and the metadata of Secrets often lack them.

https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from kubedx.findings import Change
from kubedx.kube import KubeObject, spec_writes

_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "argocd-application-controller": "Argo CD",
        "argocd-controller": "Argo CD",
        "argocd-server": "Argo CD",
        "helm": "Helm",
        "helm-controller": "Flux",
        "kustomize-controller": "Flux",
        "kube-controller-manager": "kube-controller-manager",
        "rancher": "Rancher",
        "terraform": "Terraform",
        "hashicorp": "Terraform",
    }
)


def writes(obj: KubeObject) -> Iterator[Change]:
    """The last write of the spec by each manager that is no part of the cluster, but for the write that made the object."""
    created = obj.metadata.creation_timestamp
    for entry in spec_writes(obj):
        if entry.time is not None and (created is None or (entry.time - created).total_seconds() > 1):
            path = "spec.replicas" if entry.subresource == "scale" else ""
            yield Change(entry.time, obj.ref, path, "", "written", name_of(entry.manager))


def last_writer(obj: KubeObject) -> str:
    """Who wrote the object last, in words; empty when that is not told."""
    dated = [(entry.time, name_of(entry.manager)) for entry in spec_writes(obj) if entry.time is not None]
    return max(dated)[1] if dated else ""


def name_of(manager: str) -> str:
    """A manager as people call it: `kubectl` for kubectl-client-side-apply, kubectl-edit and their like."""
    if manager.startswith("kubectl"):
        return manager if manager in {"kubectl-rollout", "kubectl-edit", "kubectl-patch", "kubectl-set"} else "kubectl"
    plain = manager.lower()
    known = max((prefix for prefix in _NAMES if plain.startswith(prefix)), key=len, default="")
    return _NAMES[known] if known else manager
