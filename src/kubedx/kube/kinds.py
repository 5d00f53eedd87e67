"""The table of the kinds that have a type. One line a kind; nothing registers itself."""

from kubedx.kube.admission import (
    MutatingWebhookConfiguration,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    ValidatingWebhookConfiguration,
)
from kubedx.kube.autoscaling import HorizontalPodAutoscaler
from kubedx.kube.batch import CronJob, Job
from kubedx.kube.certificate_request import CertificateSigningRequest
from kubedx.kube.config import ConfigMap, Secret, ServiceAccount
from kubedx.kube.device import DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice
from kubedx.kube.endpoints import Endpoints, EndpointSlice
from kubedx.kube.event import Event
from kubedx.kube.extension import APIService, CustomResourceDefinition
from kubedx.kube.gateway import Gateway, GatewayClass, HTTPRoute
from kubedx.kube.lease import Lease
from kubedx.kube.metrics import NodeMetrics, PodMetrics
from kubedx.kube.namespace import Namespace
from kubedx.kube.networking import Ingress, IngressClass, NetworkPolicy
from kubedx.kube.node import Node
from kubedx.kube.object import KubeObject
from kubedx.kube.pod import Pod
from kubedx.kube.policy import PodDisruptionBudget
from kubedx.kube.quota import LimitRange, ResourceQuota
from kubedx.kube.rbac import ClusterRole, ClusterRoleBinding, Role, RoleBinding
from kubedx.kube.ref import GroupKind, Kind
from kubedx.kube.scheduling import PriorityClass, RuntimeClass
from kubedx.kube.service import Service
from kubedx.kube.storage import CSIDriver, CSINode, PersistentVolume, PersistentVolumeClaim, StorageClass, VolumeAttachment
from kubedx.kube.workloads import ControllerRevision, DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet

TYPES: tuple[type[KubeObject], ...] = (
    APIService,
    CSIDriver,
    CSINode,
    CertificateSigningRequest,
    ClusterRole,
    ClusterRoleBinding,
    ConfigMap,
    ControllerRevision,
    CronJob,
    CustomResourceDefinition,
    DaemonSet,
    Deployment,
    DeviceClass,
    EndpointSlice,
    Endpoints,
    Event,
    Gateway,
    GatewayClass,
    HTTPRoute,
    HorizontalPodAutoscaler,
    Ingress,
    IngressClass,
    Job,
    Lease,
    LimitRange,
    MutatingWebhookConfiguration,
    Namespace,
    NetworkPolicy,
    Node,
    NodeMetrics,
    PersistentVolume,
    PersistentVolumeClaim,
    Pod,
    PodDisruptionBudget,
    PodMetrics,
    PriorityClass,
    ReplicaSet,
    ReplicationController,
    ResourceClaim,
    ResourceClaimTemplate,
    ResourceQuota,
    ResourceSlice,
    Role,
    RoleBinding,
    RuntimeClass,
    Secret,
    Service,
    ServiceAccount,
    StatefulSet,
    StorageClass,
    ValidatingAdmissionPolicy,
    ValidatingAdmissionPolicyBinding,
    ValidatingWebhookConfiguration,
    VolumeAttachment,
)

_BY_GROUP_KIND: dict[GroupKind, type[KubeObject]] = {kind_type.KIND.group_kind: kind_type for kind_type in TYPES}


def type_of(group_kind: GroupKind) -> type[KubeObject] | None:
    """The type of a kind, None for kinds that are read raw."""
    return _BY_GROUP_KIND.get(group_kind)


def kind_of(group_kind: GroupKind) -> Kind | None:
    """The kind under the version that we read, None for kinds that have no type."""
    kind_type = type_of(group_kind)
    return kind_type.KIND if kind_type else None
