"""What the API server refuses of an object by itself, and of a change to one that is there, although every field is of its type.

Only what people do get wrong. Sources: pkg/apis/{apps,batch,core,rbac,storage}/validation and
k8s.io/apimachinery/pkg/util/validation in kubernetes/kubernetes. tests/apiserver asks a real one for each.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from kubedx.analyzers import nearest_few
from kubedx.kube import (
    ClusterRoleBinding,
    Container,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    LabelSelector,
    PodSpec,
    Probe,
    ReplicaSet,
    RoleBinding,
    Service,
    StatefulSet,
    StorageClass,
    containers,
    format_selector,
    pod_spec,
    pod_template,
    selects,
)

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?")
_SEGMENT = re.compile(r"(?!\.{1,2}$)[^/%]+")
_FREELY_NAMED = frozenset({"apiregistration.k8s.io", "certificates.k8s.io", "rbac.authorization.k8s.io"})
"""API groups whose objects may be called anything that can stand in a path."""

_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_LONGEST_NAME = 253
_LONGEST_LABEL = 63
_HIGHEST_PORT = 65535

_RESTARTED = (Deployment, DaemonSet, ReplicaSet, StatefulSet)


def invalid(obj: KubeObject, present: KubeObject | None) -> Iterator[str]:
    """What is wrong with an object, each in a clause that begins with the path; `present` is the one that it would replace."""
    yield from _metadata(obj)
    yield from _selector(obj)
    prefix = _template_path(obj)
    spec = pod_spec(obj)
    if spec is not None:
        yield from _pod(
            spec, prefix, {one.metadata.name for one in obj.spec.volume_claim_templates} if isinstance(obj, StatefulSet) else ()
        )
        yield from _restarts(obj, spec, prefix)
    if isinstance(obj, Service):
        yield from _ports(obj)
    if present is not None:
        yield from _fixed(obj, present)


def _metadata(obj: KubeObject) -> Iterator[str]:
    name = obj.name
    form = _SEGMENT if obj.kind.group in _FREELY_NAMED else _NAME
    if not form.fullmatch(name) or len(name) > _LONGEST_NAME:
        yield f'metadata.name is "{name}", but a name has lower-case letters, digits, - and ., and ends with a letter or digit'
    for key, value in obj.metadata.labels.items():
        if not _LABEL_VALUE.fullmatch(value) or len(value) > _LONGEST_LABEL:
            yield (
                f'metadata.labels[{key}] is "{value}", but the value of a label has {_LONGEST_LABEL} letters, digits, -, _ and . at most, '
                "and begins and ends with a letter or digit"
            )


def _selector_of(obj: KubeObject) -> LabelSelector | None:
    return obj.spec.selector if isinstance(obj, _RESTARTED) else None


def _selector(obj: KubeObject) -> Iterator[str]:
    selector, template = _selector_of(obj), pod_template(obj)
    if selector is not None and template is not None and not selects(selector, template.metadata.labels):
        labels = ", ".join(f"{key}={value}" for key, value in sorted(template.metadata.labels.items())) or "none"
        yield f"spec.selector ({format_selector(selector)}) does not match the labels of the template ({labels})"


def _template_path(obj: KubeObject) -> str:
    return {"Pod": "spec", "CronJob": "spec.jobTemplate.spec.template.spec"}.get(obj.kind.kind, "spec.template.spec")


def _pod(spec: PodSpec, prefix: str, claimed: Iterable[str]) -> Iterator[str]:
    if not spec.containers:
        yield f"{prefix}.containers is empty, and one is needed"
    volumes = [volume.name for volume in spec.volumes]
    known = {*volumes, *claimed}
    every = [one.container for one in containers(spec)]
    for container in every:
        yield from (f'{prefix}: container "{container.name}" {fault}' for fault in _container(container, known))
    for what, names in (("container", [container.name for container in every]), ("volume", volumes)):
        for name, count in Counter(names).items():
            if count > 1 and name:
                yield f'{prefix} has {count} {what}s of the name "{name}"'


def _container(container: Container, volumes: Collection[str]) -> Iterator[str]:
    for mount in container.volume_mounts:
        if mount.name not in volumes:
            meant = nearest_few(mount.name, volumes)
            there = f"; it has {', '.join(sorted(volumes))}" if volumes else ""
            hint = f"; did you mean {' or '.join(meant)}?" if meant else there
            yield f'mounts volume "{mount.name}", which the pod has not{hint}'
    for probe, what in (
        (container.liveness_probe, "liveness"),
        (container.readiness_probe, "readiness"),
        (container.startup_probe, "startup"),
    ):
        if probe is not None and not _asks(probe):
            yield f"has a {what} probe that says neither httpGet, tcpSocket, exec nor grpc"
    for port in container.ports:
        if not 0 < port.container_port <= _HIGHEST_PORT:
            yield f"has port {port.container_port}, and a port is 1 to {_HIGHEST_PORT}"


def _asks(probe: Probe) -> bool:
    return any(action is not None for action in (probe.http_get, probe.tcp_socket, probe.exec, probe.grpc))


def _restarts(obj: KubeObject, spec: PodSpec, prefix: str) -> Iterator[str]:
    if isinstance(obj, _RESTARTED) and spec.restart_policy != "Always":
        yield f"{prefix}.restartPolicy is {spec.restart_policy}, and for a {obj.kind.kind} it can be Always alone"
    if obj.kind.kind in {"Job", "CronJob"} and spec.restart_policy not in {"OnFailure", "Never"}:
        yield f"{prefix}.restartPolicy must be OnFailure or Never for a {obj.kind.kind}, and is Always where nothing is said"


def _ports(service: Service) -> Iterator[str]:
    ports = service.spec.ports
    if not ports and service.spec.type != "ExternalName" and service.spec.cluster_ip != "None":
        yield "spec.ports is empty, and one is needed"
    for port in ports:
        if not 0 < port.port <= _HIGHEST_PORT:
            yield f"spec.ports has port {port.port}, and a port is 1 to {_HIGHEST_PORT}"
    if len(ports) > 1 and any(not port.name for port in ports):
        yield f"spec.ports: each of {len(ports)} ports needs a name"
    for name, count in Counter(port.name for port in ports if port.name).items():
        if count > 1:
            yield f'spec.ports has {count} ports of the name "{name}"'


def _fixed(obj: KubeObject, present: KubeObject) -> Iterator[str]:
    """Fields that cannot be changed once the object is there."""
    before, after = _selector_of(present), _selector_of(obj)
    if before is not None and after is not None and before != after:
        yield _cannot("spec.selector", format_selector(before), format_selector(after))
    match obj, present:
        case StatefulSet(), StatefulSet():
            if obj.spec.service_name and obj.spec.service_name != present.spec.service_name:
                yield _cannot("spec.serviceName", present.spec.service_name, obj.spec.service_name)
            names = [", ".join(one.metadata.name for one in each.spec.volume_claim_templates) for each in (present, obj)]
            if names[0] != names[1]:
                yield _cannot("spec.volumeClaimTemplates", *names)
        case Job(), Job():
            images = [", ".join(one.container.image for one in containers(each.spec.template.spec)) for each in (present, obj)]
            if images[0] != images[1]:
                yield _cannot("spec.template", *images)
        case ((RoleBinding() | ClusterRoleBinding()), (RoleBinding() | ClusterRoleBinding())) if obj.role_ref.name != present.role_ref.name:
            yield _cannot("roleRef", present.role_ref.name, obj.role_ref.name)
        case StorageClass(), StorageClass() if obj.provisioner != present.provisioner:
            yield _cannot("provisioner", present.provisioner, obj.provisioner)
        case _:
            pass


def _cannot(path: str, before: str, after: str) -> str:
    return f'{path} cannot be changed once it is there ("{before}" to "{after}"): the object must be deleted first'
