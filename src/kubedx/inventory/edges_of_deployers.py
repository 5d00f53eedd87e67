"""What GitOps and Helm deploy: they own nothing by reference, but mark what is theirs, or list it in their status.

Sources: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ (annotation, label, `status.resources`),
https://fluxcd.io/flux/components/kustomize/kustomizations/ (labels, `status.inventory`), https://fluxcd.io/flux/components/helm/,
https://helm.sh/docs/chart_best_practices/labels/ and pkg/action/validate.go of helm/helm (annotations).
"""

from collections.abc import Callable, Iterator
from typing import Any

from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import (
    CronJob,
    DaemonSet,
    Deployment,
    GroupKind,
    Ingress,
    Job,
    KubeObject,
    PersistentVolumeClaim,
    RawObject,
    Ref,
    Service,
    StatefulSet,
)

_APPLICATION = GroupKind("argoproj.io", "Application")
_KUSTOMIZATION = GroupKind("kustomize.toolkit.fluxcd.io", "Kustomization")
_HELM_RELEASE = GroupKind("helm.toolkit.fluxcd.io", "HelmRelease")
_HELM_CHART = GroupKind("helm.cattle.io", "HelmChart")
_DEPLOYERS = frozenset({_APPLICATION, _KUSTOMIZATION, _HELM_RELEASE, _HELM_CHART})

_DEPLOYED: tuple[type[KubeObject], ...] = (CronJob, DaemonSet, Deployment, Ingress, Job, PersistentVolumeClaim, Service, StatefulSet)
"""The kinds that are looked at for marks, beside all without a type."""

_TRACKING = "argocd.argoproj.io/tracking-id"
_INSTANCE = ("argocd.argoproj.io/instance", "app.kubernetes.io/instance")
_RELEASE = ("meta.helm.sh/release-namespace", "meta.helm.sh/release-name")

Deployers = dict[tuple[GroupKind, str, str], Ref]
"""What deploys, by kind, namespace and name; an Application also, in no namespace, by its name alone; a release by its own names."""


@layer((EdgeKind.DEPLOYS,), (RawObject, *_DEPLOYED))
def deployed(snapshot: Snapshot) -> Iterator[Edge]:
    """An Argo CD Application, a Flux Kustomization or HelmRelease, or a HelmChart of k3s, and the objects that it deployed."""
    raw = [obj for obj in snapshot.untyped.all if isinstance(obj, RawObject)]
    found = [obj for obj in raw if obj.kind.group_kind in _DEPLOYERS]
    if not found:
        return
    for obj in found:
        for target in _listed(obj):
            yield Edge(EdgeKind.DEPLOYS, snapshot.canonical(obj.ref), snapshot.canonical(target))
    deployers = {key: snapshot.canonical(obj.ref) for obj in found for key in _keys(obj)}
    destinations = {snapshot.canonical(obj.ref): _text(obj.data, "spec", "destination", "namespace") for obj in found}
    marked: list[KubeObject] = [*raw, *(obj for kind in _DEPLOYED for obj in snapshot.objects(kind))]
    for each in marked:
        deployer = _deployer_of(each, deployers, destinations.get)
        target = snapshot.canonical(each.ref)
        if deployer is not None and deployer != target:
            yield Edge(EdgeKind.DEPLOYS, deployer, target)


def _keys(obj: RawObject) -> Iterator[tuple[GroupKind, str, str]]:
    kind = obj.kind.group_kind
    yield kind, obj.namespace, obj.name
    if kind == _APPLICATION:
        yield kind, "", obj.name
    if kind == _HELM_CHART:
        yield _HELM_RELEASE, _text(obj.data, "spec", "targetNamespace") or obj.namespace, obj.name
    if kind == _HELM_RELEASE:
        target = _text(obj.data, "spec", "targetNamespace")
        name = _text(obj.data, "spec", "releaseName") or (f"{target}-{obj.name}" if target else obj.name)
        yield kind, target or obj.namespace, name


def _deployer_of(obj: KubeObject, deployers: Deployers, destination: Callable[[Ref], str | None]) -> Ref | None:
    """Who deployed an object, by its marks. A common label counts where the Application deploys into that namespace."""
    labels, annotations = obj.metadata.labels, obj.metadata.annotations
    for kind in (_KUSTOMIZATION, _HELM_RELEASE):
        name = labels.get(f"{kind.group}/name")
        if name and (kind, labels.get(f"{kind.group}/namespace", ""), name) in deployers:
            return deployers[kind, labels.get(f"{kind.group}/namespace", ""), name]
    application, _, _ = annotations.get(_TRACKING, "").partition(":")
    # With applications in any namespace the id begins with theirs: `namespace_name`.
    place, underscore, own = application.partition("_")
    found = deployers.get((_APPLICATION, place, own) if underscore else (_APPLICATION, "", application))
    if found is not None:
        return found
    instance = next((labels[key] for key in _INSTANCE if labels.get(key)), "")
    by_label = deployers.get((_APPLICATION, "", instance))
    if by_label is not None and destination(by_label) == obj.namespace:
        return by_label
    namespace, name = (annotations.get(key, "") for key in _RELEASE)
    return deployers.get((_HELM_RELEASE, namespace, name)) if name else None


def _listed(obj: RawObject) -> Iterator[Ref]:
    """What the status of a deployer lists."""
    kind = obj.kind.group_kind
    if kind == _APPLICATION:
        for one in _dicts(obj.data, "status", "resources"):
            group, version = _text(one, "group"), _text(one, "version") or "v1"
            if _text(one, "kind") and _text(one, "name"):
                yield Ref(f"{group}/{version}" if group else version, _text(one, "kind"), _text(one, "namespace"), _text(one, "name"))
    if kind == _KUSTOMIZATION:
        for one in _dicts(obj.data, "status", "inventory", "entries"):
            # https://fluxcd.io/flux/components/kustomize/api/v1/ (ResourceRef): `namespace_name_group_kind`.
            parts, version = _text(one, "id").split("_"), _text(one, "v") or "v1"
            if len(parts) == 4 and parts[1] and parts[3]:  # the parts named above
                yield Ref(f"{parts[2]}/{version}" if parts[2] else version, parts[3], parts[0], parts[1])


def _dicts(data: Any, *path: str) -> list[dict[str, Any]]:
    found = _at(data, *path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(data: Any, *path: str) -> str:
    found = _at(data, *path)
    return found if isinstance(found, str) else ""


def _at(data: Any, *path: str) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data
