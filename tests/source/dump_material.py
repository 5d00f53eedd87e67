"""Objects, archives and short ways to read them, for the tests of dumps."""

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kubedx.kube import TYPES, ContainerLog, Gap, Kind, LogKey, Pod, Reading, Ref
from kubedx.source import DumpSource, LogLimit, Scope

ALL_KINDS: tuple[Kind, ...] = tuple(known.KIND for known in TYPES)

Document = dict[str, Any]


def obj(kind: str, name: str, namespace: str = "", api_version: str = "v1", **fields: Any) -> Document:
    """One object as the API server writes it."""
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def pod(name: str = "cart-1", namespace: str = "shop", **fields: Any) -> Document:
    """A pod with a container `api`."""
    return obj("Pod", name, namespace, spec={"containers": [{"name": "api", "image": "cart:1"}]}, **fields)


def listing(*objects: Document, kind: str = "List", api_version: str = "v1") -> Document:
    """A list, as `kubectl get` prints it."""
    return {"apiVersion": api_version, "items": list(objects), "kind": kind, "metadata": {"resourceVersion": ""}}


def write(path: Path, *documents: Any, indent: int | None = None) -> Path:
    """The documents as JSON, one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(json.dumps(document, indent=indent) for document in documents) + "\n")
    return path


def read(*paths: Path | str, kinds: Sequence[Kind] = ALL_KINDS, scope: Scope = Scope(), **options: Any) -> Reading:  # noqa: B008  # frozen
    """The reading of a dump."""
    source = DumpSource([str(path) for path in paths], **options)
    try:
        return source.read(kinds, scope)
    finally:
        source.close()


def names(reading: Reading, kind: Kind = Pod.KIND) -> list[str]:
    """The names of the objects of a kind."""
    return [found.name for found in reading.objects[kind.group_kind]]


def log_of(
    path: Path | str, container: str = "api", *, pod_name: str = "cart-1", namespace: str = "shop", previous: bool = False, **options: Any
) -> Any:
    """The lines of a log of a dump, or what came in their place."""
    source = DumpSource([str(path)], **options)
    try:
        found = source.log(LogKey(Ref("v1", "Pod", namespace, pod_name), container, previous), LogLimit())
        assert found is None or isinstance(found, Gap | ContainerLog)
        return found.lines if isinstance(found, ContainerLog) else found
    finally:
        source.close()


def tar(path: Path, members: Mapping[str, bytes], *, mode: str = "w:gz", extra: Sequence[tarfile.TarInfo] = ()) -> Path:
    """A tar of these members, and of `extra` headers without data."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]  # the mode is one of many
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for info in extra:
            archive.addfile(info)
    return path


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    """A zip of these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def encoded(*documents: Any) -> bytes:
    """The documents as JSON, one a line."""
    return b"\n".join(json.dumps(document).encode() for document in documents)


def sweep(
    *more: Document, namespaces: Sequence[str] = ("default", "kube-system", "shop"), groups: Sequence[str] = ("", "apps", "batch")
) -> Document:
    """The list of a whole cluster: what every cluster has, and more."""
    objects = [obj("Namespace", name) for name in namespaces]
    objects += [obj("ServiceAccount", "default", name) for name in namespaces]
    objects += [obj("ConfigMap", "kube-root-ca.crt", name, data={"ca.crt": "x"}) for name in namespaces]
    objects.append(obj("Service", "kubernetes", "default"))
    objects.append(obj("PriorityClass", "system-cluster-critical", api_version="scheduling.k8s.io/v1", value=2000000000))
    for group in (
        *groups,
        "scheduling.k8s.io",
        "apiregistration.k8s.io",
        "rbac.authorization.k8s.io",
        "discovery.k8s.io",
        "coordination.k8s.io",
    ):
        spec = {"group": group, "version": "v1"}
        objects.append(obj("APIService", f"v1.{group}", api_version="apiregistration.k8s.io/v1", spec=spec))
    return listing(*objects, *more)
