"""kube: typed objects, and everything else a cluster says. Law: pure; imports only `errors` and msgspec."""

# The face of the room: a list, packed by hand, so that one look shows it.
# fmt: off
# isort: off
from kubedx.kube.admission import (
    ExpressionWarning, MatchCondition, MatchResources, MutatingWebhook, MutatingWebhookConfiguration, NamedRuleWithOperations,
    ParamKind, ParamRef, RuleWithOperations, TypeChecking, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding,
    ValidatingAdmissionPolicyBindingSpec, ValidatingAdmissionPolicySpec, ValidatingAdmissionPolicyStatus, ValidatingWebhook,
    ValidatingWebhookConfiguration, Validation, WebhookClientConfig, WebhookService,
)
from kubedx.kube.affinity import (
    Affinity, NodeAffinity, PodAffinity, PodAffinityTerm, PodAntiAffinity, PreferredSchedulingTerm, TopologySpreadConstraint,
    WeightedPodAffinityTerm,
)
from kubedx.kube.api_fields import ApiFields, FieldType, api_fields, custom_fields, is_newer
from kubedx.kube.autoscaling import (
    ContainerResourceMetricSource, ContainerResourceMetricStatus, CrossVersionObjectReference, ExternalMetricSource,
    ExternalMetricStatus, HorizontalPodAutoscaler, HorizontalPodAutoscalerBehavior, HorizontalPodAutoscalerSpec,
    HorizontalPodAutoscalerStatus, HPAScalingPolicy, HPAScalingRules, MetricIdentifier, MetricSpec, MetricStatus, MetricTarget,
    MetricValueStatus, ObjectMetricSource, ObjectMetricStatus, PodsMetricSource, PodsMetricStatus, ResourceMetricSource,
    ResourceMetricStatus,
)
from kubedx.kube.batch import (
    CronJob, CronJobSpec, CronJobStatus, Job, JobCondition, JobSpec, JobStatus, JobTemplateSpec, PodFailurePolicy,
    PodFailurePolicyOnExitCodes, PodFailurePolicyOnPodCondition, PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule,
)
from kubedx.kube.certificate import Certificate, ServedCertificate, certificates_in_bundle
from kubedx.kube.certificate_stand_in import bundle_of_stand_ins
from kubedx.kube.certificate_request import (
    CertificateSigningRequest, CertificateSigningRequestSpec, CertificateSigningRequestStatus,
)
from kubedx.kube.claim import (
    PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate, TypedLocalObjectReference, TypedObjectReference,
    VolumeResourceRequirements,
)
from kubedx.kube.config import ConfigMap, Document, Secret, ServiceAccount
from kubedx.kube.container import (
    AppArmorProfile, Capabilities, Container, ContainerPort, ContainerResourceClaim, ContainerRestartRule,
    ContainerRestartRuleOnExitCodes, EphemeralContainer,
    ExecAction, GRPCAction, HTTPGetAction, HTTPHeader, Lifecycle, LifecycleHandler, Probe, ResourceRequirements,
    SeccompProfile, SecurityContext, SELinuxOptions, SleepAction, TCPSocketAction, VolumeDevice, VolumeMount,
)
from kubedx.kube.decode import DecodedList, decode_item, decode_list, decode_object
from kubedx.kube.device import (
    AllocationResult, CELDeviceSelector, Device, DeviceAllocationResult, DeviceAttribute, DeviceCapacity, DeviceClaim, DeviceClass,
    DeviceClassSpec, DeviceCounterConsumption, DeviceRequest, DeviceRequestAllocationResult, DeviceSelector, DeviceSubRequest,
    ExactDeviceRequest, ResourceClaim, ResourceClaimConsumerReference, ResourceClaimSpec, ResourceClaimStatus, ResourceClaimTemplate,
    ResourceClaimTemplateSpec, ResourcePool, ResourceSlice, ResourceSliceSpec,
)
from kubedx.kube.duration import format_duration, parse_duration
from kubedx.kube.encode import encode_documents, encode_object
from kubedx.kube.endpoints import (
    Endpoint, EndpointAddress, EndpointConditions, EndpointPort, Endpoints, EndpointSlice, EndpointsPort, EndpointSubset,
)
from kubedx.kube.environment import (
    ConfigMapEnvSource, ConfigMapKeySelector, EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector,
    ResourceFieldSelector, SecretEnvSource, SecretKeySelector,
)
from kubedx.kube.event import Event, EventSeries, EventSource, ObjectReference, event_count, first_seen, last_seen, reporter
from kubedx.kube.exit_code import exit_code_meaning
from kubedx.kube.extension import (
    APIService, APIServiceSpec, APIServiceStatus, APIServiceTarget, ConversionClientConfig, ConversionService, CustomResourceConversion,
    CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionSpec, CustomResourceDefinitionStatus,
    CustomResourceDefinitionVersion, WebhookConversion,
)
from kubedx.kube.extract import (
    ContainerRole, ContainerView, RoledContainer, condition, conditions, container_statuses, containers, pod_spec, pod_template,
)
from kubedx.kube.gap import Gap, GapReason
from kubedx.kube.gateway import (
    AllowedRoutes, BackendObjectReference, Gateway, GatewayClass, GatewayClassSpec, GatewayClassStatus, GatewayInfrastructure,
    GatewayParametersReference, GatewaySpec, GatewaySpecAddress, GatewayStatus, GatewayStatusAddress, HTTPBackendRef, HTTPPathMatch,
    HTTPRequestMirror, HTTPRoute, HTTPRouteFilter, HTTPRouteMatch, HTTPRouteRule, HTTPRouteSpec, HTTPRouteStatus, HTTPRouteTimeouts,
    HTTPValueMatch, Listener, ListenerStatus, ListenerTLS, ParentReference, RouteExtensionReference, RouteGroupKind, RouteNamespaces,
    RouteParentStatus, SecretObjectReference,
)
from kubedx.kube.kinds import TYPES, kind_of, type_of
from kubedx.kube.lease import Lease, LeaseSpec
from kubedx.kube.log import ContainerLog, LogKey
from kubedx.kube.metadata_only import decode_config_map_metadata, decode_secret_table
from kubedx.kube.manifest import Manifest
from kubedx.kube.metrics import ContainerMetrics, NodeMetrics, PodMetrics
from kubedx.kube.namespace import Namespace, NamespaceSpec, NamespaceStatus
from kubedx.kube.networking import (
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressClass, IngressClassParametersReference, IngressClassSpec,
    IngressLoadBalancerIngress, IngressLoadBalancerStatus, IngressPortStatus, IngressRule, IngressServiceBackend, IngressSpec,
    IngressStatus, IngressTLS, IPBlock, NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer,
    NetworkPolicyPort, NetworkPolicySpec, ServiceBackendPort,
)
from kubedx.kube.node import AttachedVolume, ContainerImage, Node, NodeAddress, NodeCondition, NodeSpec, NodeStatus, NodeSystemInfo
from kubedx.kube.node_selector import (
    NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, matches_node, node_requirement_holds, term_matches_node,
)
from kubedx.kube.object import (
    LAST_APPLIED, Condition, FieldSet, KubeObject, LocalObjectReference, ManagedFields, ObjectMeta, Owned, OwnerReference, RawObject,
    Struct, Timestamp,
)
from kubedx.kube.pattern import pattern_of
from kubedx.kube.pod import (
    ContainerState, ContainerStateRunning, ContainerStateTerminated, ContainerStateWaiting, ContainerStatus, HostAlias, HostIP, Pod,
    PodCondition, PodDNSConfig, PodDNSConfigOption, PodIP, PodOS, PodReadinessGate, PodResourceClaim, PodResourceClaimStatus,
    PodSchedulingGate, PodSecurityContext, PodSpec, PodStatus, PodTemplateSpec,
)
from kubedx.kube.policy import PodDisruptionBudget, PodDisruptionBudgetSpec, PodDisruptionBudgetStatus
from kubedx.kube.prepare import prepare_decoders
from kubedx.kube.quantity import Quantity, format_quantity, parse_quantity
from kubedx.kube.quota import (
    LimitRange, LimitRangeItem, LimitRangeSpec, ResourceQuota, ResourceQuotaSpec, ResourceQuotaStatus,
    ScopedResourceSelectorRequirement, ScopeSelector,
)
from kubedx.kube.rbac import AggregationRule, ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject
from kubedx.kube.reading import ClusterInfo, Listed, Origin, Reading
from kubedx.kube.recording import Recording
from kubedx.kube.ref import GroupKind, Kind, Ref, group_of
from kubedx.kube.reference import Reference, ReferenceUse, references
from kubedx.kube.resource_words import kind_by_word, words_of
from kubedx.kube.scheduling import PriorityClass, RuntimeClass, RuntimeClassOverhead, RuntimeClassScheduling
from kubedx.kube.selector import (
    LabelSelector, LabelSelectorRequirement, format_selector, has_labels, parse_selector, requirement_holds, selects,
)
from kubedx.kube.service import (
    ClientIPConfig, LoadBalancerIngress, LoadBalancerStatus, PortStatus, Service, ServicePort, ServiceSpec, ServiceStatus,
    SessionAffinityConfig, service_selects,
)
from kubedx.kube.storage import (
    CSIDriver, CSIDriverSpec, CSINode, CSINodeDriver, CSINodeSpec, CSIPersistentVolumeSource, LocalVolumeSource, ModifyVolumeStatus,
    PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimCondition, PersistentVolumeClaimStatus, PersistentVolumeSpec,
    PersistentVolumeStatus, SecretReference, StorageClass, TokenRequest, TopologySelectorLabelRequirement, TopologySelectorTerm,
    VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus, VolumeError, VolumeNodeAffinity,
    VolumeNodeResources,
)
from kubedx.kube.template_change import TemplateChange, template_changes, words_of_value
from kubedx.kube.toleration import Taint, Toleration, tolerates, untolerated
from kubedx.kube.volume import (
    AWSElasticBlockStoreVolumeSource, AzureDiskVolumeSource, AzureFileVolumeSource, CephFSVolumeSource, CinderVolumeSource,
    ClusterTrustBundleProjection, ConfigMapProjection, ConfigMapVolumeSource, CSIVolumeSource, DownwardAPIProjection,
    DownwardAPIVolumeFile, DownwardAPIVolumeSource, EmptyDirVolumeSource, EphemeralVolumeSource, FCVolumeSource, FlexVolumeSource,
    GCEPersistentDiskVolumeSource, GlusterfsVolumeSource, HostPathVolumeSource, ImageVolumeSource, ISCSIVolumeSource, KeyToPath,
    NFSVolumeSource, PersistentVolumeClaimVolumeSource, PortworxVolumeSource, ProjectedVolumeSource, RBDVolumeSource,
    ScaleIOVolumeSource, SecretProjection, SecretVolumeSource, ServiceAccountTokenProjection, StorageOSVolumeSource, Volume,
    VolumeProjection, VsphereVirtualDiskVolumeSource,
)
from kubedx.kube.workloads import (
    ClaimTemplate, ControllerRevision, DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy, Deployment, DeploymentCondition,
    DeploymentSpec, DeploymentStatus, DeploymentStrategy, ReplicaSet, ReplicaSetSpec, ReplicaSetStatus, ReplicationController,
    ReplicationControllerSpec, ReplicationControllerStatus, RevisionPatch, RevisionSpec, RollingUpdateDaemonSet, RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetOrdinals, StatefulSetPersistentVolumeClaimRetentionPolicy, StatefulSetSpec,
    StatefulSetStatus, StatefulSetUpdateStrategy,
)
from kubedx.kube.written import spec_changed_at, spec_writes
# isort: on

__all__ = [
    "LAST_APPLIED", "TYPES", "APIService", "APIServiceSpec", "APIServiceStatus", "APIServiceTarget", "AWSElasticBlockStoreVolumeSource",
    "Affinity", "AggregationRule", "AllocationResult", "AllowedRoutes", "ApiFields", "AppArmorProfile", "AttachedVolume",
    "AzureDiskVolumeSource",
    "AzureFileVolumeSource", "BackendObjectReference", "CELDeviceSelector",
    "CSIDriver", "CSIDriverSpec", "CSINode", "CSINodeDriver", "CSINodeSpec",
    "CSIPersistentVolumeSource", "CSIVolumeSource", "Capabilities", "CephFSVolumeSource", "Certificate",
    "CertificateSigningRequest", "CertificateSigningRequestSpec", "CertificateSigningRequestStatus",
    "CinderVolumeSource", "ClaimTemplate",
    "ClientIPConfig", "ClusterInfo", "ClusterRole", "ClusterRoleBinding", "ClusterTrustBundleProjection", "Condition", "ConfigMap",
    "ConfigMapEnvSource", "ConfigMapKeySelector", "ConfigMapProjection", "ConfigMapVolumeSource", "Container", "ContainerImage",
    "ContainerLog", "ContainerMetrics", "ContainerPort", "ContainerResourceClaim", "ContainerResourceMetricSource",
    "ContainerResourceMetricStatus",
    "ContainerRestartRule", "ContainerRestartRuleOnExitCodes", "ContainerRole", "ContainerState", "ContainerStateRunning",
    "ContainerStateTerminated", "ContainerStateWaiting", "ContainerStatus", "ContainerView", "ControllerRevision", "ConversionClientConfig",
    "ConversionService", "CronJob", "CronJobSpec", "CronJobStatus", "CrossVersionObjectReference", "CustomResourceConversion",
    "CustomResourceDefinition", "CustomResourceDefinitionNames", "CustomResourceDefinitionSpec", "CustomResourceDefinitionStatus",
    "CustomResourceDefinitionVersion", "DaemonSet", "DaemonSetSpec", "DaemonSetStatus", "DaemonSetUpdateStrategy", "DecodedList",
    "Deployment", "DeploymentCondition", "DeploymentSpec", "DeploymentStatus", "DeploymentStrategy",
    "Device", "DeviceAllocationResult", "DeviceAttribute", "DeviceCapacity", "DeviceClaim", "DeviceClass", "DeviceClassSpec",
    "DeviceCounterConsumption", "DeviceRequest", "DeviceRequestAllocationResult", "DeviceSelector", "DeviceSubRequest", "Document",
    "DownwardAPIProjection",
    "DownwardAPIVolumeFile", "DownwardAPIVolumeSource", "EmptyDirVolumeSource", "Endpoint", "EndpointAddress", "EndpointConditions",
    "EndpointPort", "EndpointSlice", "EndpointSubset", "Endpoints", "EndpointsPort", "EnvFromSource", "EnvVar", "EnvVarSource",
    "EphemeralContainer", "EphemeralVolumeSource", "Event", "EventSeries", "EventSource", "ExactDeviceRequest",
    "ExecAction", "ExpressionWarning",
    "ExternalMetricSource", "ExternalMetricStatus", "FCVolumeSource", "FieldSet", "FieldType", "FileKeySelector", "FlexVolumeSource",
    "GCEPersistentDiskVolumeSource", "GRPCAction", "Gap", "GapReason", "Gateway", "GatewayClass", "GatewayClassSpec",
    "GatewayClassStatus", "GatewayInfrastructure", "GatewayParametersReference", "GatewaySpec", "GatewaySpecAddress", "GatewayStatus",
    "GatewayStatusAddress", "GlusterfsVolumeSource", "GroupKind", "HPAScalingPolicy", "HPAScalingRules", "HTTPBackendRef",
    "HTTPGetAction", "HTTPHeader", "HTTPIngressPath", "HTTPIngressRuleValue", "HTTPPathMatch", "HTTPRequestMirror", "HTTPRoute",
    "HTTPRouteFilter", "HTTPRouteMatch", "HTTPRouteRule", "HTTPRouteSpec", "HTTPRouteStatus", "HTTPRouteTimeouts", "HTTPValueMatch",
    "HorizontalPodAutoscaler", "HorizontalPodAutoscalerBehavior", "HorizontalPodAutoscalerSpec", "HorizontalPodAutoscalerStatus",
    "HostAlias", "HostIP", "HostPathVolumeSource", "IPBlock", "ISCSIVolumeSource", "ImageVolumeSource", "Ingress", "IngressBackend",
    "IngressClass", "IngressClassParametersReference", "IngressClassSpec", "IngressLoadBalancerIngress", "IngressLoadBalancerStatus",
    "IngressPortStatus", "IngressRule", "IngressServiceBackend", "IngressSpec", "IngressStatus", "IngressTLS", "Job", "JobCondition",
    "JobSpec", "JobStatus", "JobTemplateSpec", "KeyToPath", "Kind", "KubeObject", "LabelSelector", "LabelSelectorRequirement", "Lease",
    "LeaseSpec", "Lifecycle", "LifecycleHandler", "LimitRange", "LimitRangeItem", "LimitRangeSpec", "Listed", "Listener",
    "ListenerStatus", "ListenerTLS", "LoadBalancerIngress", "LoadBalancerStatus", "LocalObjectReference", "LocalVolumeSource", "LogKey",
    "ManagedFields", "Manifest", "MatchCondition", "MatchResources", "MetricIdentifier", "MetricSpec", "MetricStatus", "MetricTarget",
    "MetricValueStatus", "ModifyVolumeStatus", "MutatingWebhook", "MutatingWebhookConfiguration", "NFSVolumeSource",
    "NamedRuleWithOperations", "Namespace", "NamespaceSpec", "NamespaceStatus", "NetworkPolicy", "NetworkPolicyEgressRule",
    "NetworkPolicyIngressRule", "NetworkPolicyPeer", "NetworkPolicyPort", "NetworkPolicySpec", "Node", "NodeAddress", "NodeAffinity",
    "NodeCondition", "NodeMetrics", "NodeSelector", "NodeSelectorRequirement", "NodeSelectorTerm", "NodeSpec", "NodeStatus",
    "NodeSystemInfo", "ObjectFieldSelector", "ObjectMeta", "ObjectMetricSource", "ObjectMetricStatus", "ObjectReference", "Origin",
    "Owned", "OwnerReference", "ParamKind", "ParamRef", "ParentReference", "PersistentVolume", "PersistentVolumeClaim",
    "PersistentVolumeClaimCondition", "PersistentVolumeClaimSpec", "PersistentVolumeClaimStatus", "PersistentVolumeClaimTemplate",
    "PersistentVolumeClaimVolumeSource", "PersistentVolumeSpec", "PersistentVolumeStatus", "Pod", "PodAffinity", "PodAffinityTerm",
    "PodAntiAffinity", "PodCondition", "PodDNSConfig", "PodDNSConfigOption", "PodDisruptionBudget", "PodDisruptionBudgetSpec",
    "PodDisruptionBudgetStatus", "PodFailurePolicy", "PodFailurePolicyOnExitCodes", "PodFailurePolicyOnPodCondition",
    "PodFailurePolicyRule", "PodIP", "PodMetrics", "PodOS", "PodReadinessGate", "PodResourceClaim", "PodResourceClaimStatus",
    "PodSchedulingGate", "PodSecurityContext", "PodSpec", "PodStatus", "PodTemplateSpec", "PodsMetricSource", "PodsMetricStatus",
    "PolicyRule", "PortStatus", "PortworxVolumeSource", "PreferredSchedulingTerm", "PriorityClass", "Probe", "ProjectedVolumeSource",
    "Quantity", "RBDVolumeSource", "RawObject", "Reading", "Recording", "Ref", "Reference", "ReferenceUse", "ReplicaSet",
    "ReplicaSetSpec", "ReplicaSetStatus", "ReplicationController", "ReplicationControllerSpec", "ReplicationControllerStatus",
    "ResourceClaim", "ResourceClaimConsumerReference", "ResourceClaimSpec", "ResourceClaimStatus", "ResourceClaimTemplate",
    "ResourceClaimTemplateSpec", "ResourceFieldSelector", "ResourceMetricSource", "ResourceMetricStatus",
    "ResourcePool", "ResourceQuota", "ResourceQuotaSpec",
    "ResourceQuotaStatus", "ResourceRequirements", "ResourceSlice", "ResourceSliceSpec", "RevisionPatch", "RevisionSpec",
    "Role", "RoleBinding", "RoleRef", "RoledContainer", "RollingUpdateDaemonSet",
    "RollingUpdateDeployment", "RollingUpdateStatefulSetStrategy", "RouteExtensionReference", "RouteGroupKind", "RouteNamespaces",
    "RouteParentStatus", "RuleWithOperations", "RuntimeClass", "RuntimeClassOverhead", "RuntimeClassScheduling", "SELinuxOptions",
    "ScaleIOVolumeSource", "ScopeSelector", "ScopedResourceSelectorRequirement", "SeccompProfile", "Secret", "SecretEnvSource",
    "SecretKeySelector", "SecretObjectReference", "SecretProjection", "SecretReference", "SecretVolumeSource", "SecurityContext",
    "ServedCertificate",
    "Service", "ServiceAccount", "ServiceAccountTokenProjection", "ServiceBackendPort", "ServicePort", "ServiceSpec", "ServiceStatus",
    "SessionAffinityConfig", "SleepAction", "StatefulSet", "StatefulSetOrdinals", "StatefulSetPersistentVolumeClaimRetentionPolicy",
    "StatefulSetSpec", "StatefulSetStatus", "StatefulSetUpdateStrategy", "StorageClass", "StorageOSVolumeSource", "Struct", "Subject",
    "SuccessPolicy", "SuccessPolicyRule", "TCPSocketAction", "Taint", "TemplateChange", "Timestamp", "TokenRequest", "Toleration",
    "TopologySelectorLabelRequirement", "TopologySelectorTerm", "TopologySpreadConstraint", "TypeChecking", "TypedLocalObjectReference",
    "TypedObjectReference", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingAdmissionPolicyBindingSpec",
    "ValidatingAdmissionPolicySpec", "ValidatingAdmissionPolicyStatus", "ValidatingWebhook", "ValidatingWebhookConfiguration",
    "Validation", "Volume", "VolumeAttachment", "VolumeAttachmentSource", "VolumeAttachmentSpec", "VolumeAttachmentStatus",
    "VolumeDevice", "VolumeError", "VolumeMount", "VolumeNodeAffinity", "VolumeNodeResources", "VolumeProjection",
    "VolumeResourceRequirements", "VsphereVirtualDiskVolumeSource", "WebhookClientConfig", "WebhookConversion", "WebhookService",
    "WeightedPodAffinityTerm", "api_fields", "bundle_of_stand_ins", "certificates_in_bundle",
    "condition", "conditions", "container_statuses", "containers", "custom_fields", "decode_config_map_metadata",
    "decode_item", "decode_list", "decode_object", "decode_secret_table", "encode_documents", "encode_object", "event_count",
    "exit_code_meaning", "first_seen", "format_duration", "format_quantity", "format_selector", "group_of", "has_labels", "is_newer",
    "kind_by_word", "kind_of",
    "last_seen", "matches_node", "node_requirement_holds", "parse_duration", "parse_quantity", "parse_selector", "pattern_of",
    "pod_spec",
    "pod_template", "prepare_decoders", "references", "reporter", "requirement_holds", "selects", "service_selects",
    "spec_changed_at", "spec_writes", "template_changes", "term_matches_node", "tolerates", "type_of", "untolerated", "words_of",
    "words_of_value",
]
