"""The configuration of a Prometheus that reads it from a ConfigMap.

That of the Prometheus operator is in a Secret, which is never read; the operator checks it itself.
"""

from typing import NamedTuple

from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, Document, Pod

FLAGS = ("--config.file=", "--config-file=")
NAMES = frozenset({"prometheus", "prometheus-server"})
FINISHED = frozenset({"Succeeded", "Failed"})


class Configuration(NamedTuple):
    """The document, the ConfigMap and its key. `document` is None as long as nobody asked for the values."""

    config_map: ConfigMap
    key: str
    document: Document | None


def configuration_of(pod: Pod, inventory: Inventory) -> Configuration | None:
    """The configuration of the Prometheus in a pod; None where there is none, or it lies elsewhere."""
    if pod.status.phase in FINISHED or pod.metadata.deletion_timestamp is not None:
        return None
    for container in pod.spec.containers:
        path = _path(container)
        if container.name in NAMES and path:
            return _mounted(pod, container, path, inventory)
    return None


def _path(container: Container) -> str:
    words = (*container.command, *container.args)
    return next((word.removeprefix(flag) for word in words for flag in FLAGS if word.startswith(flag)), "")


def _mounted(pod: Pod, container: Container, path: str, inventory: Inventory) -> Configuration | None:
    folder, _, key = path.rpartition("/")
    mounts = {mount.mount_path.rstrip("/"): mount for mount in container.volume_mounts}
    mount = mounts.get(path) or mounts.get(folder)
    volume = next((one for one in pod.spec.volumes if mount is not None and one.name == mount.name), None)
    if mount is None or volume is None or volume.config_map is None:
        return None
    key = mount.sub_path or key
    key = next((item.key for item in volume.config_map.items if item.path == key), key)
    found = inventory.get(ConfigMap, pod.namespace, volume.config_map.name)
    if not isinstance(found, Found):
        return None
    documents = found.object.documents
    return Configuration(found.object, key, None if documents is None else documents.get(key))
