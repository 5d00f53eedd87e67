"""Where each kind of edge stands written in the objects."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from kubedx.inventory.calls import called_services
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import (
    APIService,
    CronJob,
    DaemonSet,
    Deployment,
    EndpointSlice,
    HorizontalPodAutoscaler,
    HTTPRoute,
    Ingress,
    IngressClass,
    Job,
    KubeObject,
    LabelSelector,
    LimitRange,
    MutatingWebhookConfiguration,
    NetworkPolicy,
    Node,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    PodDisruptionBudget,
    PodSpec,
    PriorityClass,
    Ref,
    ReferenceUse,
    ReplicaSet,
    ReplicationController,
    ResourceQuota,
    RuntimeClass,
    Secret,
    Service,
    ServiceAccount,
    StatefulSet,
    StorageClass,
    ValidatingWebhookConfiguration,
    pod_spec,
    pod_template,
    references,
    selects,
)

EdgeSource = Callable[[Snapshot], Iterable[Edge]]

_WORKLOADS: tuple[type[KubeObject], ...] = (Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob)


def _owns(snapshot: Snapshot) -> Iterator[Edge]:
    for table in snapshot.tables.values():
        for obj in table.all:
            for owner in obj.metadata.owner_references:
                yield Edge(EdgeKind.OWNS, Ref(owner.api_version, owner.kind, _namespace_of_owner(obj, owner.kind), owner.name), obj.ref)


def _namespace_of_owner(obj: KubeObject, kind: str) -> str:
    return "" if kind == "Node" else obj.metadata.namespace


def _runs_on(snapshot: Snapshot) -> Iterator[Edge]:
    for pod in snapshot.objects(Pod):
        if pod.spec.node_name:
            yield Edge(EdgeKind.RUNS_ON, pod.ref, Node.KIND.ref("", pod.spec.node_name))


_VOLUMES = {ReferenceUse.VOLUME, ReferenceUse.PROJECTED}
_ENVIRONMENT = {ReferenceUse.ENV, ReferenceUse.ENV_FROM}


def _references(kind: EdgeKind, uses: set[ReferenceUse]) -> EdgeSource:
    def edges(snapshot: Snapshot) -> Iterator[Edge]:
        for obj, spec in _pod_specs(snapshot):
            pod_name = obj.metadata.name if isinstance(obj, Pod) else ""
            for reference in references(spec, pod_name):
                if reference.use in uses:
                    yield Edge(kind, obj.ref, reference.kind.ref(obj.metadata.namespace, reference.name))

    return edges


def _mounts(snapshot: Snapshot) -> Iterator[Edge]:
    yield from _references(EdgeKind.MOUNTS, _VOLUMES)(snapshot)
    for workload in snapshot.objects(StatefulSet):
        for claim in snapshot.objects(PersistentVolumeClaim, workload.namespace):
            if _is_claim_of(workload, claim.name):
                yield Edge(EdgeKind.MOUNTS, workload.ref, claim.ref)


def _is_claim_of(workload: StatefulSet, claim: str) -> bool:
    """Claims of a StatefulSet are named TEMPLATE-WORKLOAD-ORDINAL (statefulset documentation, stable storage)."""
    stem, _, ordinal = claim.rpartition("-")
    return ordinal.isdigit() and any(
        stem == f"{template.metadata.name}-{workload.name}" for template in workload.spec.volume_claim_templates
    )


def _uses(snapshot: Snapshot) -> Iterator[Edge]:
    yield from _references(EdgeKind.USES, {ReferenceUse.IMAGE_PULL})(snapshot)
    for obj, spec in _pod_specs(snapshot):
        account = spec.service_account_name or "default"
        targets = [ServiceAccount.KIND.ref(obj.metadata.namespace, account)]
        if spec.priority_class_name:
            targets.append(PriorityClass.KIND.ref("", spec.priority_class_name))
        if spec.runtime_class_name:
            targets.append(RuntimeClass.KIND.ref("", spec.runtime_class_name))
        for target in targets:
            yield Edge(EdgeKind.USES, obj.ref, target)
    for ingress in snapshot.objects(Ingress):
        if ingress.spec.ingress_class_name:
            yield Edge(EdgeKind.USES, ingress.ref, IngressClass.KIND.ref("", ingress.spec.ingress_class_name))
        for tls in ingress.spec.tls:
            if tls.secret_name:
                yield Edge(EdgeKind.USES, ingress.ref, Secret.KIND.ref(ingress.namespace, tls.secret_name))


def _binds(snapshot: Snapshot) -> Iterator[Edge]:
    for claim in snapshot.objects(PersistentVolumeClaim):
        if claim.spec.volume_name:
            yield Edge(EdgeKind.BINDS, claim.ref, PersistentVolume.KIND.ref("", claim.spec.volume_name))
        if claim.spec.storage_class_name:
            yield Edge(EdgeKind.BINDS, claim.ref, StorageClass.KIND.ref("", claim.spec.storage_class_name))
    for volume in snapshot.objects(PersistentVolume):
        if volume.spec.storage_class_name:
            yield Edge(EdgeKind.BINDS, volume.ref, StorageClass.KIND.ref("", volume.spec.storage_class_name))
        if volume.spec.claim_ref is not None and volume.spec.claim_ref.name:
            claimed = PersistentVolumeClaim.KIND.ref(volume.spec.claim_ref.namespace, volume.spec.claim_ref.name)
            yield Edge(EdgeKind.BINDS, claimed, volume.ref)
    for workload in snapshot.objects(StatefulSet):
        for template in workload.spec.volume_claim_templates:
            if template.spec.storage_class_name:
                yield Edge(EdgeKind.BINDS, workload.ref, StorageClass.KIND.ref("", template.spec.storage_class_name))


def _selects(snapshot: Snapshot) -> Iterator[Edge]:
    for service in snapshot.objects(Service):
        if service.spec.selector:
            yield from _selected(snapshot, service, LabelSelector(match_labels=service.spec.selector))
    for budget in snapshot.objects(PodDisruptionBudget):
        yield from _selected(snapshot, budget, budget.spec.selector)
    for policy in snapshot.objects(NetworkPolicy):
        yield from _selected(snapshot, policy, policy.spec.pod_selector)


def _selected(snapshot: Snapshot, selecting: KubeObject, selector: LabelSelector | None) -> Iterator[Edge]:
    namespace = selecting.metadata.namespace
    for pod in snapshot.select(Pod.KIND.group_kind, namespace, selector):
        yield Edge(EdgeKind.SELECTS, selecting.ref, pod.ref)
    for workload_type in _WORKLOADS:
        for workload in snapshot.objects(workload_type, namespace):
            template = pod_template(workload)
            if template is not None and selects(selector, template.metadata.labels):
                yield Edge(EdgeKind.SELECTS, selecting.ref, workload.ref)


def _routes(snapshot: Snapshot) -> Iterator[Edge]:
    for ingress in snapshot.objects(Ingress):
        backends = [path.backend for rule in ingress.spec.rules if rule.http for path in rule.http.paths]
        backends += [ingress.spec.default_backend] if ingress.spec.default_backend else []
        for backend in backends:
            if backend.service is not None and backend.service.name:
                yield Edge(EdgeKind.ROUTES, ingress.ref, Service.KIND.ref(ingress.namespace, backend.service.name))
    for route in snapshot.objects(HTTPRoute):
        for reference in (reference for rule in route.spec.rules for reference in rule.backend_refs):
            if reference.kind in {"", "Service"} and reference.name:
                yield Edge(EdgeKind.ROUTES, route.ref, Service.KIND.ref(reference.namespace or route.namespace, reference.name))
    for endpoints in snapshot.objects(EndpointSlice):
        service = endpoints.metadata.labels.get("kubernetes.io/service-name")
        if service:
            yield Edge(EdgeKind.ROUTES, Service.KIND.ref(endpoints.namespace, service), endpoints.ref)
    yield from _extension_routes(snapshot)


def _extension_routes(snapshot: Snapshot) -> Iterator[Edge]:
    for api in snapshot.objects(APIService):
        if api.spec.service is not None:
            yield Edge(EdgeKind.ROUTES, api.ref, Service.KIND.ref(api.spec.service.namespace, api.spec.service.name))
    configurations: tuple[ValidatingWebhookConfiguration | MutatingWebhookConfiguration, ...] = (
        *snapshot.objects(ValidatingWebhookConfiguration),
        *snapshot.objects(MutatingWebhookConfiguration),
    )
    for configuration in configurations:
        for webhook in configuration.webhooks:
            service = webhook.client_config.service
            if service is not None:
                yield Edge(EdgeKind.ROUTES, configuration.ref, Service.KIND.ref(service.namespace, service.name))


def _scales(snapshot: Snapshot) -> Iterator[Edge]:
    for autoscaler in snapshot.objects(HorizontalPodAutoscaler):
        target = autoscaler.spec.scale_target_ref
        if target.name:
            yield Edge(EdgeKind.SCALES, autoscaler.ref, Ref(target.api_version, target.kind, autoscaler.namespace, target.name))


def _admits(snapshot: Snapshot) -> Iterator[Edge]:
    for kind in (ResourceQuota, LimitRange):
        for limiting in snapshot.objects(kind):
            for workload_type in _WORKLOADS:
                for workload in snapshot.objects(workload_type, limiting.namespace):
                    if workload.metadata.controller is None:
                        yield Edge(EdgeKind.ADMITS, limiting.ref, workload.ref)


def _calls(snapshot: Snapshot) -> Iterator[Edge]:
    services = {(service.namespace, service.name) for service in snapshot.objects(Service)}
    for obj, spec in _pod_specs(snapshot):
        for namespace, name in called_services(spec, obj.metadata.namespace, services):
            yield Edge(EdgeKind.CALLS, obj.ref, Service.KIND.ref(namespace, name))


def _pod_specs(snapshot: Snapshot) -> Iterator[tuple[KubeObject, PodSpec]]:
    """Every pod and workload with the spec of its pods."""
    kinds: tuple[type[KubeObject], ...] = (Pod, *_WORKLOADS)
    for kind in kinds:
        for obj in snapshot.objects(kind):
            spec = pod_spec(obj)
            if spec is not None:
                yield obj, spec


SOURCES: Mapping[EdgeKind, EdgeSource] = MappingProxyType(
    {
        EdgeKind.OWNS: _owns,
        EdgeKind.RUNS_ON: _runs_on,
        EdgeKind.MOUNTS: _mounts,
        EdgeKind.READS_ENV: _references(EdgeKind.READS_ENV, _ENVIRONMENT),
        EdgeKind.USES: _uses,
        EdgeKind.BINDS: _binds,
        EdgeKind.SELECTS: _selects,
        EdgeKind.ROUTES: _routes,
        EdgeKind.SCALES: _scales,
        EdgeKind.ADMITS: _admits,
        EdgeKind.CALLS: _calls,
    }
)
