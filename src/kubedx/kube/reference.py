"""The ConfigMaps, Secrets and claims that a pod names."""

import enum
from collections.abc import Iterator, Sequence

import msgspec

from kubedx.kube.config import ConfigMap, Secret
from kubedx.kube.container import Container
from kubedx.kube.environment import EnvFromSource, EnvVarSource
from kubedx.kube.extract import ContainerRole, containers
from kubedx.kube.pod import PodSpec
from kubedx.kube.ref import Kind
from kubedx.kube.storage import PersistentVolumeClaim
from kubedx.kube.volume import KeyToPath, Volume, VolumeProjection


class ReferenceUse(enum.StrEnum):
    """What a pod needs a referenced object for."""

    ENV = "env"
    ENV_FROM = "envFrom"
    VOLUME = "volume"
    PROJECTED = "projected"
    IMAGE_PULL = "imagePullSecret"


class Reference(msgspec.Struct, frozen=True, gc=False):
    """A ConfigMap, Secret or claim of the pod's namespace that a pod names.

    `key` is empty where the whole object is meant. `optional`: the pod starts without it. `part` is the name of the
    container or volume. `path` leads there from the pod spec: `containers[api].env[DSN].valueFrom.secretKeyRef`.
    """

    kind: Kind
    name: str
    use: ReferenceUse
    part: str
    path: str
    key: str = ""
    optional: bool = False


_CONTAINER_LISTS = {
    ContainerRole.INIT: "initContainers",
    ContainerRole.SIDECAR: "initContainers",
    ContainerRole.APP: "containers",
    ContainerRole.EPHEMERAL: "ephemeralContainers",
}


def references(spec: PodSpec, pod_name: str = "") -> Iterator[Reference]:
    """Every reference of a pod spec, in the order of the spec; references without a name are left out.

    The claims of ephemeral volumes bear the name of the pod, so they are there only where `pod_name` is given
    (https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming).
    """
    return (reference for reference in _all(spec, pod_name) if reference.name)


def _all(spec: PodSpec, pod_name: str) -> Iterator[Reference]:
    for secret in spec.image_pull_secrets:
        # The kubelet pulls without a pull secret that is absent, and only then may fail.
        yield Reference(Secret.KIND, secret.name, ReferenceUse.IMAGE_PULL, "", f"imagePullSecrets[{secret.name}]", optional=True)
    for container, role in containers(spec):
        yield from _of_container(container, f"{_CONTAINER_LISTS[role]}[{container.name}]")
    for volume in spec.volumes:
        yield from _of_volume(volume, f"volumes[{volume.name}]", pod_name)


def _of_container(container: Container, path: str) -> Iterator[Reference]:
    for source in container.env_from:
        yield from _of_env_from(source, container.name, path)
    for variable in container.env:
        if variable.value_from is not None:
            yield from _of_variable(variable.value_from, container.name, f"{path}.env[{variable.name}].valueFrom")


def _of_env_from(source: EnvFromSource, part: str, path: str) -> Iterator[Reference]:
    for kind, field, whole in ((ConfigMap.KIND, "configMapRef", source.config_map_ref), (Secret.KIND, "secretRef", source.secret_ref)):
        if whole is not None:
            yield Reference(kind, whole.name, ReferenceUse.ENV_FROM, part, f"{path}.envFrom[{whole.name}].{field}", optional=whole.optional)


def _of_variable(source: EnvVarSource, part: str, path: str) -> Iterator[Reference]:
    selectors = (
        (ConfigMap.KIND, "configMapKeyRef", source.config_map_key_ref),
        (Secret.KIND, "secretKeyRef", source.secret_key_ref),
    )
    for kind, field, selector in selectors:
        if selector is not None:
            yield Reference(kind, selector.name, ReferenceUse.ENV, part, f"{path}.{field}", selector.key, selector.optional)


def _of_volume(volume: Volume, path: str, pod_name: str) -> Iterator[Reference]:
    use, part = ReferenceUse.VOLUME, volume.name
    if volume.persistent_volume_claim is not None:
        yield Reference(PersistentVolumeClaim.KIND, volume.persistent_volume_claim.claim_name, use, part, f"{path}.persistentVolumeClaim")
    if volume.ephemeral is not None and pod_name:
        yield Reference(PersistentVolumeClaim.KIND, f"{pod_name}-{volume.name}", use, part, f"{path}.ephemeral")
    if volume.config_map is not None:
        files = Reference(ConfigMap.KIND, volume.config_map.name, use, part, f"{path}.configMap", optional=volume.config_map.optional)
        yield from _by_key(files, volume.config_map.items)
    if volume.secret is not None:
        files = Reference(Secret.KIND, volume.secret.secret_name, use, part, f"{path}.secret", optional=volume.secret.optional)
        yield from _by_key(files, volume.secret.items)
    if volume.projected is not None:
        for source in volume.projected.sources:
            yield from _of_projection(source, part, f"{path}.projected")
    # A volume has one source. Nearly all have one of these, and there are several to a pod.
    if volume.config_map is not None or volume.secret is not None or volume.projected is not None:
        return
    for field, name in _driver_secrets(volume):
        yield Reference(Secret.KIND, name, use, part, f"{path}.{field}")


def _of_projection(source: VolumeProjection, part: str, path: str) -> Iterator[Reference]:
    for kind, field, projection in ((ConfigMap.KIND, "configMap", source.config_map), (Secret.KIND, "secret", source.secret)):
        if projection is not None:
            named = f"{path}.sources[{projection.name}].{field}"
            files = Reference(kind, projection.name, ReferenceUse.PROJECTED, part, named, optional=projection.optional)
            yield from _by_key(files, projection.items)


def _by_key(files: Reference, items: Sequence[KeyToPath]) -> Iterator[Reference]:
    """One reference for each key that becomes a file; the whole object where none is named."""
    if not items:
        yield files
    for item in items:
        yield msgspec.structs.replace(files, key=item.key, path=f"{files.path}.items[{item.key}]")


def _driver_secrets(volume: Volume) -> Iterator[tuple[str, str]]:
    """The Secrets that the driver of a volume needs to reach its storage."""
    if volume.csi is not None and volume.csi.node_publish_secret_ref is not None:
        yield "csi.nodePublishSecretRef", volume.csi.node_publish_secret_ref.name
    if volume.azure_file is not None:
        yield "azureFile.secretName", volume.azure_file.secret_name
    for field, source in (
        ("cephfs", volume.cephfs),
        ("cinder", volume.cinder),
        ("flexVolume", volume.flex_volume),
        ("iscsi", volume.iscsi),
        ("rbd", volume.rbd),
        ("scaleIO", volume.scale_io),
        ("storageos", volume.storageos),
    ):
        if source is not None and source.secret_ref is not None:
            yield f"{field}.secretRef", source.secret_ref.name
