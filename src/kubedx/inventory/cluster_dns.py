"""Names of Services in the cluster's DNS. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/"""

from kubedx.kube import Ref, Service, pattern_of

_LABEL = pattern_of(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")


def labels_of(host: str) -> tuple[str, ...]:
    """The parts of a host name, empty when it is none that a Service could have."""
    parts = tuple(host.lower().rstrip(".").split("."))
    return parts if all(_LABEL.fullmatch(part) for part in parts) else ()


def service_of(host: str) -> Ref | None:
    """The Service of a full name: `name.namespace.svc`, with or without the cluster's domain, or a pod's name before it."""
    parts = labels_of(host)
    for place in (2, 3):
        if len(parts) > place and parts[place] == "svc":
            return Service.KIND.ref(parts[place - 1], parts[place - 2])
    return None
