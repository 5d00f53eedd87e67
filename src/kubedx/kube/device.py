"""Devices that pods claim: dynamic resource allocation.

https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
"""

from typing import ClassVar

import msgspec

from kubedx.kube.node_selector import NodeSelector
from kubedx.kube.object import KubeObject, ObjectMeta, Struct
from kubedx.kube.quantity import Quantity
from kubedx.kube.ref import Kind
from kubedx.kube.toleration import Taint, Toleration


class CELDeviceSelector(Struct, frozen=True):
    """A condition on a device, in CEL."""

    expression: str = ""


class DeviceSelector(Struct, frozen=True):
    """A condition on a device."""

    cel: CELDeviceSelector | None = None


class DeviceClassSpec(Struct, frozen=True):
    """The devices that belong to a class: those that meet every condition."""

    selectors: tuple[DeviceSelector, ...] = ()


class DeviceClass(KubeObject, frozen=True):
    """A class of devices."""

    KIND: ClassVar[Kind] = Kind("resource.k8s.io/v1", "DeviceClass", "deviceclasses", namespaced=False)

    spec: DeviceClassSpec = DeviceClassSpec()


class ExactDeviceRequest(Struct, frozen=True):
    """A request for devices of one class. `allocation_mode` is ExactCount, for `count` of them (1, when nothing is said), or All."""

    admin_access: bool = False
    allocation_mode: str = ""
    count: int = 0
    device_class_name: str = ""
    selectors: tuple[DeviceSelector, ...] = ()
    tolerations: tuple[Toleration, ...] = ()


class DeviceSubRequest(Struct, frozen=True):
    """One of several requests that would do."""

    allocation_mode: str = ""
    count: int = 0
    device_class_name: str = ""
    name: str = ""
    selectors: tuple[DeviceSelector, ...] = ()
    tolerations: tuple[Toleration, ...] = ()


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


class DeviceRequestAllocationResult(Struct, frozen=True):
    """A device that a claim was given, by the names of its driver and pool and its own. With `admin_access` others may have it too."""

    admin_access: bool = False
    device: str = ""
    driver: str = ""
    pool: str = ""
    request: str = ""


class DeviceAllocationResult(Struct, frozen=True):
    """The devices that a claim was given."""

    results: tuple[DeviceRequestAllocationResult, ...] = ()


class AllocationResult(Struct, frozen=True):
    """What a claim was given, and where that is: on the nodes of the selector, or, without one, anywhere."""

    devices: DeviceAllocationResult = DeviceAllocationResult()
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


class DeviceAttribute(Struct, frozen=True):
    """One attribute of a device: one of these is set."""

    number: int | None = msgspec.field(name="int", default=None)
    truth: bool | None = msgspec.field(name="bool", default=None)
    string: str | None = None
    version: str | None = None


class DeviceCapacity(Struct, frozen=True):
    """How much of something a device has."""

    value: Quantity = "0"


class DeviceCounterConsumption(Struct, frozen=True):
    """What a part of a device takes of what its parts share."""

    counter_set: str = ""


class Device(Struct, frozen=True):
    """A device that a driver offers. Names without a domain are of the driver's own."""

    all_nodes: bool = False
    allow_multiple_allocations: bool = False
    attributes: dict[str, DeviceAttribute] = {}
    binding_conditions: tuple[str, ...] = ()
    capacity: dict[str, DeviceCapacity] = {}
    consumes_counters: tuple[DeviceCounterConsumption, ...] = ()
    name: str = ""
    node_name: str = ""
    node_selector: NodeSelector | None = None
    taints: tuple[Taint, ...] = ()


class ResourcePool(Struct, frozen=True):
    """The pool that a slice is a part of: of its newest generation it has so many slices."""

    generation: int = 0
    name: str = ""
    resource_slice_count: int = 0


class ResourceSliceSpec(Struct, frozen=True):
    """Devices of one driver, and where they can be used: on one node, those of a selector, all, or as each says of itself."""

    all_nodes: bool = False
    devices: tuple[Device, ...] = ()
    driver: str = ""
    node_name: str = ""
    node_selector: NodeSelector | None = None
    per_device_node_selection: bool = False
    pool: ResourcePool = ResourcePool()


class ResourceSlice(KubeObject, frozen=True):
    """What a driver offers of devices, or a part of it."""

    KIND: ClassVar[Kind] = Kind("resource.k8s.io/v1", "ResourceSlice", "resourceslices", namespaced=False)

    spec: ResourceSliceSpec = ResourceSliceSpec()
