"""From a custom resource that fails to what makes it fail: the resource it refers to, or the one that was made for it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from kubedx.analyzers.custom_status import Fault, entries, fault_of, is_custom, member, text
from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Found, Inventory
from kubedx.kube import GroupKind, RawObject, Ref

MAX_DEPTH = 6
"""Certificate, CertificateRequest, Order, Challenge; claim, composite, nested composite, managed resource: no chain is longer."""

_FLUX_SOURCE = "source.toolkit.fluxcd.io"

_REFERENCES: dict[GroupKind, tuple[tuple[str, str], ...]] = {
    GroupKind("kustomize.toolkit.fluxcd.io", "Kustomization"): (("spec.sourceRef", _FLUX_SOURCE), ("spec.dependsOn", "")),
    GroupKind("helm.toolkit.fluxcd.io", "HelmRelease"): (
        ("spec.chartRef", _FLUX_SOURCE),
        ("spec.chart.spec.sourceRef", _FLUX_SOURCE),
        ("spec.dependsOn", ""),
    ),
    GroupKind(_FLUX_SOURCE, "HelmChart"): (("spec.sourceRef", _FLUX_SOURCE),),
    GroupKind("image.toolkit.fluxcd.io", "ImagePolicy"): (("spec.imageRepositoryRef", "image.toolkit.fluxcd.io"),),
    GroupKind("image.toolkit.fluxcd.io", "ImageUpdateAutomation"): (("spec.sourceRef", _FLUX_SOURCE),),
    GroupKind("cert-manager.io", "Certificate"): (("spec.issuerRef", "cert-manager.io"),),
    GroupKind("cert-manager.io", "CertificateRequest"): (("spec.issuerRef", "cert-manager.io"),),
    GroupKind("external-secrets.io", "ExternalSecret"): (("spec.secretStoreRef", "external-secrets.io"),),
    GroupKind("cluster.x-k8s.io", "Cluster"): (("spec.controlPlaneRef", ""), ("spec.infrastructureRef", "")),
    GroupKind("cluster.x-k8s.io", "Machine"): (("spec.bootstrap.configRef", ""), ("spec.infrastructureRef", "")),
    GroupKind("velero.io", "Backup"): (("spec.storageLocation", "velero.io"),),
}
"""The fields of a kind that refer to what it depends on, with the API group where the reference leaves it out."""

_ANY = (("spec.providerConfigRef", ""), ("spec.resourceRef", ""), ("spec.resourceRefs", ""), ("spec.crossplane.resourceRefs", ""))
"""Crossplane's references, which its claims, composites and managed resources have whatever their kind."""

_DEFAULT_KINDS = {"spec.issuerRef": "Issuer", "spec.secretStoreRef": "SecretStore", "spec.storageLocation": "BackupStorageLocation"}
_CLUSTER_KINDS = frozenset({"ClusterIssuer", "ClusterSecretStore", "ClusterProviderConfig"})


class Link(NamedTuple):
    """A failing custom resource on the way to the cause. `referred`: nobody in the chain made it, so it is changed itself."""

    resource: RawObject
    fault: Fault
    referred: bool


def deepest_fault(resource: RawObject, inventory: Inventory) -> Link | None:
    """The last failing custom resource on the way down from one; None when nothing below it fails."""
    found: Link | None = None
    seen = {resource.ref}
    here, referred = resource, False
    for _step in range(MAX_DEPTH):
        below = next(_failing(here, inventory, seen), None)
        if below is None:
            return found
        here, referred = below.resource, referred or below.referred
        seen.add(here.ref)
        found = Link(here, below.fault, referred)
    return found


def failing_parent(resource: RawObject, inventory: Inventory) -> RawObject | None:
    """The custom resource that made this one, or that claimed it (Crossplane), where it reports the fault itself."""
    claim = member(resource.data, "spec", "claimRef")
    parent = inventory.find(_ref(resource, "", "", claim)) if isinstance(claim, dict) else inventory.controller(resource)
    if not isinstance(parent, Found) or not isinstance(parent.object, RawObject) or not is_custom(parent.object):
        return None
    return parent.object if fault_of(parent.object, inventory.now) else None


def _failing(resource: RawObject, inventory: Inventory, seen: set[Ref]) -> Iterator[Link]:
    for ref in _references(resource):
        found = inventory.find(ref)
        if isinstance(found, Found) and isinstance(found.object, RawObject) and found.object.ref not in seen:
            fault = fault_of(found.object, inventory.now)
            if fault:
                yield Link(found.object, fault, _is_shared(resource, found.object))
    for child in _children(inventory).get((resource.kind.group_kind, resource.namespace, resource.name), ()):
        if child.ref not in seen and (fault := fault_of(child, inventory.now)):
            yield Link(child, fault, referred=False)


def _is_shared(resource: RawObject, other: RawObject) -> bool:
    """Whether what is referred to stands for itself: nobody made or claimed it, or not this one."""
    if text(other.data, "spec", "claimRef", "name") == resource.name:
        return False
    controller = other.metadata.controller
    return controller is None or (controller.kind, controller.name) != (resource.kind.kind, resource.name)


def _references(resource: RawObject) -> Iterator[Ref]:
    for path, group in (*_REFERENCES.get(resource.kind.group_kind, ()), *_ANY):
        value = member(resource.data, *path.split("."))
        if isinstance(value, str):
            value = {"name": value}
        listed = entries({"refs": value}, "refs") if isinstance(value, list) else [value]
        for one in listed:
            if isinstance(one, dict) and text(one, "name"):
                yield _ref(resource, path, group, one)


def _ref(resource: RawObject, path: str, group: str, one: dict[str, Any]) -> Ref:
    kind = text(one, "kind") or _DEFAULT_KINDS.get(path) or resource.kind.kind
    own = group or text(one, "apiGroup") or text(one, "group") or resource.kind.group
    api_version = text(one, "apiVersion") or f"{own}/v1"
    namespace = "" if kind in _CLUSTER_KINDS else text(one, "namespace") or resource.namespace
    return Ref(api_version, kind, namespace, text(one, "name"))


@once_per_inventory
def _children(inventory: Inventory) -> dict[tuple[GroupKind, str, str], list[RawObject]]:
    """The custom resources that others control, by their controller's kind, namespace and name."""
    found: dict[tuple[GroupKind, str, str], list[RawObject]] = {}
    for one in inventory.list(RawObject):
        owner = one.metadata.controller
        if owner is not None and is_custom(one):
            group = owner.api_version.partition("/")[0]
            for namespace in {one.namespace, ""}:
                found.setdefault((GroupKind(group, owner.kind), namespace, owner.name), []).append(one)
    return found
