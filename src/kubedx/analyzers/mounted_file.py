"""Where the files come from that a container finds at a path."""

import msgspec

from kubedx.kube import ConfigMap, Container, KeyToPath, PersistentVolumeClaim, Pod, Ref, Secret, Volume, VolumeMount


class MountedFile(msgspec.Struct, frozen=True):
    """The volume behind a path, the object whose content it is, and the key of that object, as far as that can be told."""

    volume: str
    source: Ref | None
    key: str
    mount_path: str
    read_only: bool


def mounted_file(pod: Pod, container: Container, path: str) -> MountedFile | None:
    """What a path in a container is: of the mounts above it the deepest counts; None when it is of the image."""
    above = [mount for mount in container.volume_mounts if _holds(mount, path)]
    if not above:
        return None
    mount = max(above, key=lambda one: len(one.mount_path))
    volume = next((one for one in pod.spec.volumes if one.name == mount.name), None)
    if volume is None:
        return None
    inside = path[len(mount.mount_path.rstrip("/")) :].strip("/")
    name = "/".join(piece for piece in (mount.sub_path.strip("/"), inside) if piece)
    source, key = _source(volume, name, pod.metadata.namespace)
    return MountedFile(volume.name, source, key, mount.mount_path, mount.read_only)


def _holds(mount: VolumeMount, path: str) -> bool:
    directory = mount.mount_path.rstrip("/")
    return bool(directory) and (path == directory or path.startswith(f"{directory}/"))


def _source(volume: Volume, name: str, namespace: str) -> tuple[Ref | None, str]:
    """The object behind a volume and the key that becomes the file of that name."""
    if volume.config_map is not None:
        return ConfigMap.KIND.ref(namespace, volume.config_map.name), _key(volume.config_map.items, name)
    if volume.secret is not None:
        return Secret.KIND.ref(namespace, volume.secret.secret_name), _key(volume.secret.items, name)
    if volume.persistent_volume_claim is not None:
        return PersistentVolumeClaim.KIND.ref(namespace, volume.persistent_volume_claim.claim_name), ""
    for source in volume.projected.sources if volume.projected is not None else ():
        for kind, projection in ((ConfigMap.KIND, source.config_map), (Secret.KIND, source.secret)):
            if projection is not None and any(item.path == name for item in projection.items):
                return kind.ref(namespace, projection.name), _key(projection.items, name)
    return None, ""


def _key(items: tuple[KeyToPath, ...], name: str) -> str:
    return next((item.key for item in items if item.path == name), "" if items else name)
