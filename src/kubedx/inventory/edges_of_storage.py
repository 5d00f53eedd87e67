"""Claims, volumes and their classes."""

from collections.abc import Iterator

from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimSpec, Ref, StatefulSet, StorageClass

_DEFAULT_CLASS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


@layer((EdgeKind.BINDS,), (PersistentVolumeClaim, PersistentVolume, StatefulSet, StorageClass))
def bound(snapshot: Snapshot) -> Iterator[Edge]:
    """Who gets storage from whom. A claim that names no class gets the default one, as long as it has no volume."""
    defaults = tuple(each.ref for each in snapshot.objects(StorageClass) if _is_default(each))
    for claim in snapshot.objects(PersistentVolumeClaim):
        for target in _of_claim(claim.spec, defaults):
            yield Edge(EdgeKind.BINDS, claim.ref, target)
    for volume in snapshot.objects(PersistentVolume):
        if volume.spec.storage_class_name:
            yield Edge(EdgeKind.BINDS, volume.ref, StorageClass.KIND.ref("", volume.spec.storage_class_name))
        claimed = volume.spec.claim_ref
        if claimed is not None and claimed.name:
            yield Edge(EdgeKind.BINDS, PersistentVolumeClaim.KIND.ref(claimed.namespace, claimed.name), volume.ref)
    for workload in snapshot.objects(StatefulSet):
        for template in workload.spec.volume_claim_templates:
            for target in _of_claim(template.spec, defaults):
                yield Edge(EdgeKind.BINDS, workload.ref, target)


def _of_claim(spec: PersistentVolumeClaimSpec, defaults: tuple[Ref, ...]) -> Iterator[Ref]:
    if spec.volume_name:
        yield PersistentVolume.KIND.ref("", spec.volume_name)
    if spec.storage_class_name:
        yield StorageClass.KIND.ref("", spec.storage_class_name)
    elif spec.storage_class_name is None and not spec.volume_name:
        yield from defaults


def _is_default(storage_class: StorageClass) -> bool:
    return any(storage_class.metadata.annotations.get(key) == "true" for key in _DEFAULT_CLASS)
