"""The volumes of a pod, by where their data come from."""

import msgspec

from kubedx.kube.claim import PersistentVolumeClaimTemplate
from kubedx.kube.environment import ObjectFieldSelector, ResourceFieldSelector
from kubedx.kube.object import LocalObjectReference, Struct
from kubedx.kube.quantity import Quantity
from kubedx.kube.selector import LabelSelector


class KeyToPath(Struct, frozen=True):
    """A key, and the file it becomes."""

    key: str = ""
    path: str = ""


class ConfigMapVolumeSource(Struct, frozen=True):
    """A ConfigMap as files."""

    default_mode: int | None = None
    items: tuple[KeyToPath, ...] = ()
    name: str = ""
    optional: bool = False


class SecretVolumeSource(Struct, frozen=True):
    """A Secret as files."""

    default_mode: int | None = None
    items: tuple[KeyToPath, ...] = ()
    optional: bool = False
    secret_name: str = ""


class PersistentVolumeClaimVolumeSource(Struct, frozen=True):
    """A PersistentVolumeClaim of the same namespace."""

    claim_name: str = ""
    read_only: bool = False


class EmptyDirVolumeSource(Struct, frozen=True):
    """Scratch space of the node (or of its memory, for `medium` Memory)."""

    medium: str = ""
    size_limit: Quantity | None = None


class HostPathVolumeSource(Struct, frozen=True):
    """A path of the node."""

    path: str = ""
    type: str = ""


class DownwardAPIVolumeFile(Struct, frozen=True):
    """A field of the pod as a file."""

    path: str = ""
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None


class DownwardAPIVolumeSource(Struct, frozen=True):
    """Fields of the pod as files."""

    items: tuple[DownwardAPIVolumeFile, ...] = ()


class ConfigMapProjection(Struct, frozen=True):
    """A ConfigMap as files among others."""

    items: tuple[KeyToPath, ...] = ()
    name: str = ""
    optional: bool = False


class SecretProjection(Struct, frozen=True):
    """A Secret as files among others."""

    items: tuple[KeyToPath, ...] = ()
    name: str = ""
    optional: bool = False


class DownwardAPIProjection(Struct, frozen=True):
    """Fields of the pod as files among others."""

    items: tuple[DownwardAPIVolumeFile, ...] = ()


class ServiceAccountTokenProjection(Struct, frozen=True):
    """A token of the pod's ServiceAccount as a file."""

    audience: str = ""
    expiration_seconds: int | None = None
    path: str = ""


class ClusterTrustBundleProjection(Struct, frozen=True):
    """Trust anchors as a file."""

    label_selector: LabelSelector | None = None
    name: str = ""
    optional: bool = False
    path: str = ""
    signer_name: str = ""


class VolumeProjection(Struct, frozen=True):
    """One source of a projected volume."""

    cluster_trust_bundle: ClusterTrustBundleProjection | None = None
    config_map: ConfigMapProjection | None = None
    downward_api: DownwardAPIProjection | None = msgspec.field(name="downwardAPI", default=None)
    secret: SecretProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None


class ProjectedVolumeSource(Struct, frozen=True):
    """Several sources in one directory."""

    sources: tuple[VolumeProjection, ...] = ()


class CSIVolumeSource(Struct, frozen=True):
    """An inline volume of a CSI driver."""

    driver: str = ""
    fs_type: str = ""
    node_publish_secret_ref: LocalObjectReference | None = None
    read_only: bool = False
    volume_attributes: dict[str, str] = {}


class EphemeralVolumeSource(Struct, frozen=True):
    """A claim made with the pod, under the name `<pod>-<volume>`, and deleted with it."""

    volume_claim_template: PersistentVolumeClaimTemplate | None = None


class ImageVolumeSource(Struct, frozen=True):
    """The files of an image."""

    pull_policy: str = ""
    reference: str = ""


class NFSVolumeSource(Struct, frozen=True):
    """An NFS export."""

    path: str = ""
    read_only: bool = False
    server: str = ""


class ISCSIVolumeSource(Struct, frozen=True):
    """An iSCSI disk."""

    target_portal: str = ""
    portals: tuple[str, ...] = ()
    iqn: str = ""
    lun: int = 0
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class FCVolumeSource(Struct, frozen=True):
    """A Fibre Channel disk."""

    fs_type: str = ""
    lun: int | None = None
    target_wwns: tuple[str, ...] = msgspec.field(name="targetWWNs", default=())
    wwids: tuple[str, ...] = ()


class FlexVolumeSource(Struct, frozen=True):
    """A volume of a FlexVolume driver."""

    driver: str = ""
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class AzureFileVolumeSource(Struct, frozen=True):
    """A share of Azure Files."""

    secret_name: str = ""
    share_name: str = ""


class AzureDiskVolumeSource(Struct, frozen=True):
    """A disk of Azure."""

    disk_name: str = ""
    disk_uri: str = msgspec.field(name="diskURI", default="")
    fs_type: str = ""


class AWSElasticBlockStoreVolumeSource(Struct, frozen=True):
    """A disk of AWS."""

    volume_id: str = msgspec.field(name="volumeID", default="")
    fs_type: str = ""
    partition: int | None = None


class GCEPersistentDiskVolumeSource(Struct, frozen=True):
    """A disk of Google Compute Engine."""

    pd_name: str = ""
    fs_type: str = ""
    partition: int | None = None
    read_only: bool = False


class VsphereVirtualDiskVolumeSource(Struct, frozen=True):
    """A disk of vSphere."""

    volume_path: str = ""
    fs_type: str = ""
    storage_policy_name: str = ""


class CephFSVolumeSource(Struct, frozen=True):
    """A Ceph file system."""

    monitors: tuple[str, ...] = ()
    path: str = ""
    user: str = ""
    secret_file: str = ""
    secret_ref: LocalObjectReference | None = None


class RBDVolumeSource(Struct, frozen=True):
    """A Ceph block device."""

    monitors: tuple[str, ...] = ()
    image: str = ""
    pool: str = ""
    user: str = ""
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class CinderVolumeSource(Struct, frozen=True):
    """A disk of OpenStack."""

    volume_id: str = msgspec.field(name="volumeID", default="")
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class GlusterfsVolumeSource(Struct, frozen=True):
    """A Gluster volume, found through an Endpoints object."""

    endpoints: str = ""
    path: str = ""


class PortworxVolumeSource(Struct, frozen=True):
    """A Portworx volume."""

    volume_id: str = msgspec.field(name="volumeID", default="")
    fs_type: str = ""


class ScaleIOVolumeSource(Struct, frozen=True):
    """A ScaleIO volume."""

    gateway: str = ""
    system: str = ""
    volume_name: str = ""
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class StorageOSVolumeSource(Struct, frozen=True):
    """A StorageOS volume."""

    volume_name: str = ""
    volume_namespace: str = ""
    fs_type: str = ""
    secret_ref: LocalObjectReference | None = None


class Volume(Struct, frozen=True):
    """A volume of a pod; one source is set, none means a source that has no type here or an emptyDir."""

    aws_elastic_block_store: AWSElasticBlockStoreVolumeSource | None = None
    azure_disk: AzureDiskVolumeSource | None = None
    azure_file: AzureFileVolumeSource | None = None
    cephfs: CephFSVolumeSource | None = None
    cinder: CinderVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    csi: CSIVolumeSource | None = None
    downward_api: DownwardAPIVolumeSource | None = msgspec.field(name="downwardAPI", default=None)
    empty_dir: EmptyDirVolumeSource | None = None
    ephemeral: EphemeralVolumeSource | None = None
    fc: FCVolumeSource | None = None
    flex_volume: FlexVolumeSource | None = None
    gce_persistent_disk: GCEPersistentDiskVolumeSource | None = None
    glusterfs: GlusterfsVolumeSource | None = None
    host_path: HostPathVolumeSource | None = None
    image: ImageVolumeSource | None = None
    iscsi: ISCSIVolumeSource | None = None
    name: str = ""
    nfs: NFSVolumeSource | None = None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    portworx_volume: PortworxVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None
    rbd: RBDVolumeSource | None = None
    scale_io: ScaleIOVolumeSource | None = msgspec.field(name="scaleIO", default=None)
    secret: SecretVolumeSource | None = None
    storageos: StorageOSVolumeSource | None = None
    vsphere_volume: VsphereVirtualDiskVolumeSource | None = None
