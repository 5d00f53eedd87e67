"""Devices that pods claim: dynamic resource allocation.

https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
"""

from typing import ClassVar

from kubedx.kube.node_selector import NodeSelector
from kubedx.kube.object import KubeObject, ObjectMeta, Struct
from kubedx.kube.ref import Kind


class DeviceClass(KubeObject, frozen=True):
    """A class of devices. What it selects is not read."""

    KIND: ClassVar[Kind] = Kind("resource.k8s.io/v1", "DeviceClass", "deviceclasses", namespaced=False)


class ExactDeviceRequest(Struct, frozen=True):
    """A request for devices of one class."""

    count: int = 0
    device_class_name: str = ""


class DeviceSubRequest(Struct, frozen=True):
    """One of several classes that would do."""

    count: int = 0
    device_class_name: str = ""
    name: str = ""


class DeviceRequest(Struct, frozen=True):
    """What a claim asks for: exactly this, or the first that is to be had."""

    exactly: ExactDeviceRequest | None = None
    first_available: tuple[DeviceSubRequest, ...] = ()
    name: str = ""


class DeviceClaim(Struct, frozen=True):
    """All requests of a claim."""

    requests: tuple[DeviceRequest, ...] = ()


class ResourceClaimSpec(Struct, frozen=True):
    """What a claim wants."""

    devices: DeviceClaim = DeviceClaim()


class AllocationResult(Struct, frozen=True):
    """Where the devices of a claim are: on the nodes of the selector, or, without one, anywhere."""

    node_selector: NodeSelector | None = None


class ResourceClaimConsumerReference(Struct, frozen=True):
    """A pod, or another object, that uses a claim."""

    name: str = ""
    resource: str = ""
    uid: str = ""


class ResourceClaimStatus(Struct, frozen=True):
    """What a claim has been given, and who uses it: at most 256 pods."""

    allocation: AllocationResult | None = None
    reserved_for: tuple[ResourceClaimConsumerReference, ...] = ()


class ResourceClaim(KubeObject, frozen=True):
    """A claim for devices."""

    KIND: ClassVar[Kind] = Kind("resource.k8s.io/v1", "ResourceClaim", "resourceclaims")

    spec: ResourceClaimSpec = ResourceClaimSpec()
    status: ResourceClaimStatus = ResourceClaimStatus()


class ResourceClaimTemplateSpec(Struct, frozen=True):
    """What the claims of a template are made from."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceClaimSpec = ResourceClaimSpec()


class ResourceClaimTemplate(KubeObject, frozen=True):
    """From which a claim of its own is made for each pod."""

    KIND: ClassVar[Kind] = Kind("resource.k8s.io/v1", "ResourceClaimTemplate", "resourceclaimtemplates")

    spec: ResourceClaimTemplateSpec = ResourceClaimTemplateSpec()
