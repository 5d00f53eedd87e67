"""Endpoints and EndpointSlices: the addresses behind a Service."""

from typing import ClassVar

from kubedx.kube.event import ObjectReference
from kubedx.kube.object import KubeObject, Struct
from kubedx.kube.ref import Kind


class EndpointAddress(Struct, frozen=True):
    """An address behind a Service."""

    hostname: str = ""
    ip: str = ""
    node_name: str = ""
    target_ref: ObjectReference = ObjectReference()


class EndpointsPort(Struct, frozen=True):
    """A port of an Endpoints object."""

    app_protocol: str = ""
    name: str = ""
    port: int = 0
    protocol: str = "TCP"


class EndpointSubset(Struct, frozen=True):
    """Addresses that all have the same ports."""

    addresses: tuple[EndpointAddress, ...] = ()
    not_ready_addresses: tuple[EndpointAddress, ...] = ()
    ports: tuple[EndpointsPort, ...] = ()


class Endpoints(KubeObject, frozen=True):
    """The addresses behind a Service, in the old form."""

    KIND: ClassVar[Kind] = Kind("v1", "Endpoints", "endpoints")

    subsets: tuple[EndpointSubset, ...] = ()


class EndpointConditions(Struct, frozen=True):
    """The state of an endpoint. None is unknown: `ready` then counts as True, `terminating` as False."""

    ready: bool | None = None
    serving: bool | None = None
    terminating: bool | None = None


class Endpoint(Struct, frozen=True):
    """One pod, or other address, behind a Service."""

    addresses: tuple[str, ...] = ()
    conditions: EndpointConditions = EndpointConditions()
    hostname: str = ""
    node_name: str = ""
    target_ref: ObjectReference = ObjectReference()
    zone: str = ""


class EndpointPort(Struct, frozen=True):
    """A port of a slice; None is every port."""

    app_protocol: str = ""
    name: str = ""
    port: int | None = None
    protocol: str = "TCP"


class EndpointSlice(KubeObject, frozen=True):
    """Some of the addresses behind a Service, named by the label kubernetes.io/service-name."""

    KIND: ClassVar[Kind] = Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices")

    address_type: str = ""
    endpoints: tuple[Endpoint, ...] = ()
    ports: tuple[EndpointPort, ...] = ()
