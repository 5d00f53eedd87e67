"""What a PersistentVolumeClaim asks for."""

from kubedx.kube.object import ObjectMeta, Struct
from kubedx.kube.quantity import Quantity
from kubedx.kube.selector import LabelSelector


class TypedLocalObjectReference(Struct, frozen=True):
    """An object of any kind in the same namespace; an empty `api_group` is the core group."""

    api_group: str = ""
    kind: str = ""
    name: str = ""


class TypedObjectReference(Struct, frozen=True):
    """An object of any kind; an empty `namespace` is the same one."""

    api_group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class VolumeResourceRequirements(Struct, frozen=True):
    """The size that a claim asks for."""

    limits: dict[str, Quantity] = {}
    requests: dict[str, Quantity] = {}


class PersistentVolumeClaimSpec(Struct, frozen=True):
    """What a claim asks for. `storage_class_name` None means the default class, empty means no class."""

    access_modes: tuple[str, ...] = ()
    data_source: TypedLocalObjectReference | None = None
    data_source_ref: TypedObjectReference | None = None
    resources: VolumeResourceRequirements = VolumeResourceRequirements()
    selector: LabelSelector | None = None
    storage_class_name: str | None = None
    volume_attributes_class_name: str = ""
    volume_mode: str = "Filesystem"
    volume_name: str = ""


class PersistentVolumeClaimTemplate(Struct, frozen=True):
    """The claim that is made for a pod."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
