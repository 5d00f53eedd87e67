"""Claims, volumes, classes and drivers."""

from typing import ClassVar

import msgspec

from kubedx.kube.claim import PersistentVolumeClaimSpec
from kubedx.kube.event import ObjectReference
from kubedx.kube.node_selector import NodeSelector
from kubedx.kube.object import Condition, KubeObject, Struct, Timestamp
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.volume import AWSElasticBlockStoreVolumeSource, GCEPersistentDiskVolumeSource, HostPathVolumeSource, NFSVolumeSource


class PersistentVolumeClaimCondition(Condition, frozen=True):
    """A condition of a claim."""

    last_probe_time: Timestamp | None = None


class ModifyVolumeStatus(Struct, frozen=True):
    """How far a change of the volume's attributes is."""

    status: str = ""
    target_volume_attributes_class_name: str = ""


class PersistentVolumeClaimStatus(Struct, frozen=True):
    """What a claim has been given."""

    access_modes: tuple[str, ...] = ()
    allocated_resource_statuses: dict[str, str] = {}
    allocated_resources: dict[str, Quantity] = {}
    capacity: dict[str, Quantity] = {}
    conditions: tuple[PersistentVolumeClaimCondition, ...] = ()
    current_volume_attributes_class_name: str = ""
    modify_volume_status: ModifyVolumeStatus | None = None
    phase: str = ""


class PersistentVolumeClaim(KubeObject, frozen=True):
    """A PersistentVolumeClaim. https://kubernetes.io/docs/concepts/storage/persistent-volumes/"""

    KIND: ClassVar[Kind] = Kind("v1", "PersistentVolumeClaim", "persistentvolumeclaims")

    spec: PersistentVolumeClaimSpec = PersistentVolumeClaimSpec()
    status: PersistentVolumeClaimStatus = PersistentVolumeClaimStatus()


class SecretReference(Struct, frozen=True):
    """A Secret of any namespace."""

    name: str = ""
    namespace: str = ""


class CSIPersistentVolumeSource(Struct, frozen=True):
    """A volume of a CSI driver."""

    controller_expand_secret_ref: SecretReference | None = None
    controller_publish_secret_ref: SecretReference | None = None
    driver: str = ""
    fs_type: str = ""
    node_expand_secret_ref: SecretReference | None = None
    node_publish_secret_ref: SecretReference | None = None
    node_stage_secret_ref: SecretReference | None = None
    read_only: bool = False
    volume_attributes: dict[str, str] = {}
    volume_handle: str = ""


class LocalVolumeSource(Struct, frozen=True):
    """A disk or directory of one node."""

    fs_type: str = ""
    path: str = ""


class VolumeNodeAffinity(Struct, frozen=True):
    """The nodes that can reach a volume."""

    required: NodeSelector | None = None


class PersistentVolumeSpec(Struct, frozen=True):
    """What a volume is, and which claim holds it."""

    access_modes: tuple[str, ...] = ()
    capacity: dict[str, Quantity] = {}
    claim_ref: ObjectReference | None = None
    csi: CSIPersistentVolumeSource | None = None
    local: LocalVolumeSource | None = None
    nfs: NFSVolumeSource | None = None
    host_path: HostPathVolumeSource | None = None
    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    mount_options: tuple[str, ...] = ()
    node_affinity: VolumeNodeAffinity | None = None
    persistent_volume_reclaim_policy: str = "Retain"
    storage_class_name: str = ""
    volume_attributes_class_name: str = ""
    volume_mode: str = "Filesystem"


class PersistentVolumeStatus(Struct, frozen=True):
    """The phase of a volume."""

    last_phase_transition_time: Timestamp | None = None
    message: str = ""
    phase: str = ""
    reason: str = ""


class PersistentVolume(KubeObject, frozen=True):
    """A PersistentVolume."""

    KIND: ClassVar[Kind] = Kind("v1", "PersistentVolume", "persistentvolumes", namespaced=False)

    spec: PersistentVolumeSpec = PersistentVolumeSpec()
    status: PersistentVolumeStatus = PersistentVolumeStatus()


class TopologySelectorLabelRequirement(Struct, frozen=True):
    """Values that a topology label may have."""

    key: str = ""
    values: tuple[str, ...] = ()


class TopologySelectorTerm(Struct, frozen=True):
    """Where volumes of a class may be made."""

    match_label_expressions: tuple[TopologySelectorLabelRequirement, ...] = ()


class StorageClass(KubeObject, frozen=True):
    """A StorageClass. https://kubernetes.io/docs/concepts/storage/storage-classes/"""

    KIND: ClassVar[Kind] = Kind("storage.k8s.io/v1", "StorageClass", "storageclasses", namespaced=False)

    allow_volume_expansion: bool = False
    allowed_topologies: tuple[TopologySelectorTerm, ...] = ()
    mount_options: tuple[str, ...] = ()
    parameters: dict[str, str] = {}
    provisioner: str = ""
    reclaim_policy: str = "Delete"
    volume_binding_mode: str = "Immediate"


class TokenRequest(Struct, frozen=True):
    """A token that a driver wants."""

    audience: str = ""


class CSIDriverSpec(Struct, frozen=True):
    """What a driver can do."""

    attach_required: bool = True
    fs_group_policy: str = ""
    pod_info_on_mount: bool = False
    requires_republish: bool = False
    se_linux_mount: bool = False
    storage_capacity: bool = False
    token_requests: tuple[TokenRequest, ...] = ()
    volume_lifecycle_modes: tuple[str, ...] = ()


class CSIDriver(KubeObject, frozen=True):
    """A CSI driver."""

    KIND: ClassVar[Kind] = Kind("storage.k8s.io/v1", "CSIDriver", "csidrivers", namespaced=False)

    spec: CSIDriverSpec = CSIDriverSpec()


class VolumeNodeResources(Struct, frozen=True):
    """How many volumes of a driver fit on a node; None is no limit."""

    count: int | None = None


class CSINodeDriver(Struct, frozen=True):
    """A driver that runs on a node."""

    allocatable: VolumeNodeResources | None = None
    name: str = ""
    node_id: str = msgspec.field(name="nodeID", default="")
    topology_keys: tuple[str, ...] = ()


class CSINodeSpec(Struct, frozen=True):
    """The drivers of a node."""

    drivers: tuple[CSINodeDriver, ...] = ()


class CSINode(KubeObject, frozen=True):
    """The CSI drivers of the node of the same name."""

    KIND: ClassVar[Kind] = Kind("storage.k8s.io/v1", "CSINode", "csinodes", namespaced=False)

    spec: CSINodeSpec = CSINodeSpec()


class VolumeAttachmentSource(Struct, frozen=True):
    """Which volume is attached."""

    persistent_volume_name: str = ""


class VolumeAttachmentSpec(Struct, frozen=True):
    """Which volume is to be attached to which node, by which driver."""

    attacher: str = ""
    node_name: str = ""
    source: VolumeAttachmentSource = VolumeAttachmentSource()


class VolumeError(Struct, frozen=True):
    """Why attaching or detaching failed."""

    error_code: int | None = None
    message: str = ""
    time: Timestamp | None = None


class VolumeAttachmentStatus(Struct, frozen=True):
    """Whether the volume is attached."""

    attach_error: VolumeError | None = None
    attached: bool = False
    attachment_metadata: dict[str, str] = {}
    detach_error: VolumeError | None = None


class VolumeAttachment(KubeObject, frozen=True):
    """A volume on its way to or from a node."""

    KIND: ClassVar[Kind] = Kind("storage.k8s.io/v1", "VolumeAttachment", "volumeattachments", namespaced=False)

    spec: VolumeAttachmentSpec = VolumeAttachmentSpec()
    status: VolumeAttachmentStatus = VolumeAttachmentStatus()
