"""Which Services workloads talk to, as far as their environment and arguments say so."""

from collections.abc import Iterator, Mapping

from kubedx.inventory.callees import Callee, callees
from kubedx.inventory.cluster_dns import labels_of, service_of
from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.makers import MAKERS, makers
from kubedx.inventory.owners import find_owner
from kubedx.inventory.snapshot import Snapshot
from kubedx.inventory.table import Name
from kubedx.kube import (
    ConfigMap,
    Container,
    EnvFromSource,
    EnvVar,
    KubeObject,
    Namespace,
    Pod,
    PodSpec,
    Ref,
    Service,
    containers,
    has_labels,
)

_LOOPBACK = {"localhost"}


@layer((EdgeKind.CALLS,), (ConfigMap, Namespace, Pod, Service, *MAKERS))
def called(snapshot: Snapshot) -> Iterator[Edge]:
    """Workloads by their template, pods that nothing at hand makes by themselves, and the Services that they name.

    A workload that names a Service of its own pods (the members of a database do) calls nobody by it.
    """
    names = _Names(snapshot)
    for obj, labels, spec in _callers(snapshot):
        source = snapshot.canonical(obj.ref)
        aliases = {name for alias in spec.host_aliases for name in alias.hostnames}
        for callee in _callees(spec, obj.namespace, snapshot):
            target = None if callee.host in aliases else names.resolve(callee, obj.namespace)
            if target is not None and not names.selects(target, obj.namespace, labels):
                yield Edge(EdgeKind.CALLS, source, target)


def _callers(snapshot: Snapshot) -> Iterator[tuple[KubeObject, Mapping[str, str], PodSpec]]:
    known = set()
    for obj, template in makers(snapshot):
        known.add(snapshot.canonical(obj.ref))
        if not _is_made(obj, snapshot, known):
            yield obj, template.metadata.labels, template.spec
    for pod in snapshot.objects(Pod):
        if not _is_made(pod, snapshot, known):
            yield pod, pod.metadata.labels, pod.spec


def _is_made(obj: KubeObject, snapshot: Snapshot, makers_known: set[Ref]) -> bool:
    """Whether a maker at hand controls an object, and so calls in its stead."""
    owner = obj.metadata.controller
    found = find_owner(owner, obj, snapshot) if owner is not None else None
    return found is not None and snapshot.canonical(found.ref) in makers_known


def _callees(spec: PodSpec, namespace: str, snapshot: Snapshot) -> Iterator[Callee]:
    config_maps = snapshot.table(ConfigMap.KIND.group_kind).by_name
    for container, _role in containers(spec):
        yield from callees(_environment(container, namespace, config_maps), (*container.command, *container.args))


def _environment(container: Container, namespace: str, config_maps: Mapping[Name, KubeObject]) -> dict[str, str]:
    """The variables whose values are known: literal ones, and those of ConfigMaps that were read. Later ones win."""
    found: dict[str, str] = {}
    for source in container.env_from:
        found.update(_of_config_map(source, namespace, config_maps))
    for variable in container.env:
        found[variable.name] = _value(variable, namespace, config_maps)
    return found


def _of_config_map(source: EnvFromSource, namespace: str, config_maps: Mapping[Name, KubeObject]) -> dict[str, str]:
    if source.config_map_ref is None:
        return {}
    data = _data(config_maps.get((namespace, source.config_map_ref.name)))
    return {f"{source.prefix}{key}": value for key, value in data.items()}


def _value(variable: EnvVar, namespace: str, config_maps: Mapping[Name, KubeObject]) -> str:
    key_ref = variable.value_from.config_map_key_ref if variable.value_from else None
    if key_ref is None:
        return variable.value
    return _data(config_maps.get((namespace, key_ref.name))).get(key_ref.key, "")


def _data(config_map: KubeObject | None) -> Mapping[str, str]:
    return (config_map.data or {}) if isinstance(config_map, ConfigMap) else {}


class _Names:
    """Which Service a host name means, by the search domains of a pod."""

    def __init__(self, snapshot: Snapshot) -> None:
        services = snapshot.objects(Service)
        self._services = {(service.namespace, service.name): service for service in services}
        self._namespaces = {each.name for each in snapshot.objects(Namespace)} | {service.namespace for service in services}

    def resolve(self, callee: Callee, namespace: str) -> Ref | None:
        """The Service, which need not exist where the name can hardly mean anything else."""
        full = service_of(callee.host)
        if full is not None:
            return full
        for place, name in self._meanings(labels_of(callee.host), namespace):
            if (place, name) in self._services:
                return Service.KIND.ref(place, name)
        match labels_of(callee.host) if callee.certain else ():
            case (name,) if name not in _LOOPBACK:
                return Service.KIND.ref(namespace, name)
            case (name, place) if place in self._namespaces:
                return Service.KIND.ref(place, name)
            case _:
                return None

    def _meanings(self, labels: tuple[str, ...], namespace: str) -> Iterator[Name]:
        """The Services that a short name may mean: by itself, or as the domain of a pod's own name."""
        match labels:
            case (name,):
                yield namespace, name
            case (first, second):
                yield second, first
                if self._is_headless(namespace, second):
                    yield namespace, second
            case (_, second, third) if self._is_headless(third, second):
                yield third, second
            case _:
                return

    def _is_headless(self, namespace: str, name: str) -> bool:
        service = self._services.get((namespace, name))
        return service is not None and service.spec.cluster_ip == "None"

    def selects(self, target: Ref, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether a Service selects pods with these labels in that namespace."""
        service = self._services.get((target.namespace, target.name))
        return (
            service is not None
            and target.namespace == namespace
            and bool(service.spec.selector)
            and has_labels(labels, service.spec.selector)
        )
