"""What scales workloads, and what judges the pods that they make."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.label_index import LabelIndex
from kubedx.inventory.makers import MAKERS, makers
from kubedx.inventory.snapshot import Snapshot
from kubedx.inventory.table import grouped
from kubedx.inventory.webhooks import Webhook, webhooks
from kubedx.kube import (
    CronJob,
    Deployment,
    GroupKind,
    HorizontalPodAutoscaler,
    KubeObject,
    LabelSelector,
    LimitRange,
    MutatingWebhookConfiguration,
    Namespace,
    RawObject,
    Ref,
    ResourceQuota,
    RuleWithOperations,
    ValidatingWebhookConfiguration,
    selects,
)

_ENFORCED = "pod-security.kubernetes.io/enforce"
_OWN_NAME = "kubernetes.io/metadata.name"
_RAW_SCALERS = {
    GroupKind("keda.sh", "ScaledObject"): "scaleTargetRef",
    GroupKind("autoscaling.k8s.io", "VerticalPodAutoscaler"): "targetRef",
}
"""Autoscalers without a type, and the field of their spec that names what they scale."""


@layer((EdgeKind.SCALES,), (HorizontalPodAutoscaler, RawObject))
def scaled(snapshot: Snapshot) -> Iterator[Edge]:
    """Autoscalers and what they scale: those of Kubernetes, KEDA's and the vertical ones."""
    for autoscaler in snapshot.objects(HorizontalPodAutoscaler):
        target = autoscaler.spec.scale_target_ref
        if target.name:
            ref = Ref(target.api_version, target.kind, autoscaler.namespace, target.name)
            yield Edge(EdgeKind.SCALES, autoscaler.ref, snapshot.canonical(ref))
    for obj in snapshot.untyped.all:
        raw = _raw_target(obj) if isinstance(obj, RawObject) else None
        if raw is not None:
            yield Edge(EdgeKind.SCALES, snapshot.canonical(obj.ref), snapshot.canonical(raw))


def _raw_target(obj: RawObject) -> Ref | None:
    spec = obj.data.get("spec")
    target: Any = spec.get(_RAW_SCALERS.get(obj.kind.group_kind, "")) if isinstance(spec, dict) else None
    if not isinstance(target, dict):
        return None
    api_version, kind, name = target.get("apiVersion") or "apps/v1", target.get("kind") or "Deployment", target.get("name")
    if not (isinstance(api_version, str) and isinstance(kind, str) and isinstance(name, str) and name):
        return None
    return Ref(api_version, kind, obj.namespace, name)


@layer(
    (EdgeKind.ADMITS,),
    (LimitRange, MutatingWebhookConfiguration, Namespace, ResourceQuota, ValidatingWebhookConfiguration, *MAKERS),
)
def admitted(snapshot: Snapshot) -> Iterator[Edge]:
    """What judges the pods of a workload: quotas, limit ranges, the pod security of the namespace, and webhooks."""
    made = tuple((obj.namespace, template.metadata.labels, obj) for obj, template in makers(snapshot))
    by_namespace = grouped((namespace, snapshot.canonical(obj.ref)) for namespace, _, obj in made)
    for source, namespace in _of_namespaces(snapshot):
        for target in by_namespace.get(namespace, ()):
            yield Edge(EdgeKind.ADMITS, source, target)
    judged = LabelIndex(made)
    namespaces = {namespace: {_OWN_NAME: namespace} for namespace in by_namespace}
    namespaces |= {found.name: {_OWN_NAME: found.name, **found.metadata.labels} for found in snapshot.objects(Namespace)}
    for configuration, hooks in webhooks(snapshot):
        for obj in _judged_by(hooks, judged, namespaces):
            yield Edge(EdgeKind.ADMITS, configuration, snapshot.canonical(obj.ref))


def _of_namespaces(snapshot: Snapshot) -> Iterator[tuple[Ref, str]]:
    """What judges all pods of a namespace."""
    for limits in (*snapshot.objects(ResourceQuota), *snapshot.objects(LimitRange)):
        yield limits.ref, limits.metadata.namespace
    for namespace in snapshot.objects(Namespace):
        if namespace.metadata.labels.get(_ENFORCED, "privileged") != "privileged":
            yield namespace.ref, namespace.name


def _judged_by(hooks: Iterable[Webhook], made: LabelIndex[KubeObject], namespaces: Mapping[str, Mapping[str, str]]) -> Iterator[KubeObject]:
    """The workloads whose pods, or what they make pods by, these webhooks judge. A selector that is left out selects everything."""
    for webhook in hooks:
        if not any(
            _judges(rule, "", "pods") or _judges(rule, "apps", "replicasets") or _judges(rule, "batch", "jobs") for rule in webhook.rules
        ):
            continue
        for namespace, labels in namespaces.items():
            if selects(webhook.namespace_selector or LabelSelector(), labels):
                found = made.select(namespace, webhook.object_selector or LabelSelector())
                yield from (obj for obj in found if any(_judges_what_is_made(rule, obj) for rule in webhook.rules))


def _judges_what_is_made(rule: RuleWithOperations, obj: KubeObject) -> bool:
    return (
        _judges(rule, "", "pods")
        or (isinstance(obj, Deployment) and _judges(rule, "apps", "replicasets"))
        or (isinstance(obj, CronJob) and _judges(rule, "batch", "jobs"))
    )


def _judges(rule: RuleWithOperations, group: str, resource: str) -> bool:
    """Whether a rule covers the making of a resource.

    https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#matching-requests-rules
    """
    return (
        not {"*", "CREATE"}.isdisjoint(rule.operations)
        and not {"*", group}.isdisjoint(rule.api_groups)
        and not {"*", "*/*", resource}.isdisjoint(rule.resources)
        and rule.scope in {"", "*", "Namespaced"}
    )
