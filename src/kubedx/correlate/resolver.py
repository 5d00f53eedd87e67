"""The cluster's DNS: what every name depends on, though no spec says so."""

from collections.abc import Iterator

from kubedx.correlate.fault import Fault
from kubedx.inventory import Found, Inventory
from kubedx.kube import Ref, Service

SERVICES = (Service.KIND.ref("kube-system", "kube-dns"), Service.KIND.ref("openshift-dns", "dns-default"))
"""What CoreDNS stands behind: https://kubernetes.io/docs/tasks/administer-cluster/dns-custom-nameservers/ and OpenShift's DNS operator."""

_NOT_RESOLVED = "dns"
"""The error class of logs by which a name did not resolve."""


def needs_resolver(fault: Fault) -> bool:
    """Whether a fault is that a name does not resolve."""
    return fault.lead.error_class == _NOT_RESOLVED


def resolvers(inventory: Inventory) -> Iterator[Ref]:
    """The Services of the cluster's DNS."""
    for ref in SERVICES:
        if isinstance(inventory.find(ref), Found):
            yield ref
