"""Which Services a pod's environment and arguments name, by the cluster's DNS rules.

Only values that hold a port or a scheme count: a bare word may be anything.
https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

import re
from collections.abc import Collection, Iterator

from kubedx.kube import PodSpec, containers

MAX_VALUE = 4096

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"(?:(?P<scheme>[a-zA-Z][-+.a-zA-Z0-9]{{1,30}}://)(?:[^\s/@]{{1,200}}@)?|(?<![-.\w@:/]))(?P<host>{_LABEL}(?:\.{_LABEL}){{0,5}})(?P<port>:\d{{1,5}})?(?![-.\w])"
)
_PARTS_OF_CLUSTER_DNS = {1: (), 2: (), 3: ("svc",), 5: ("svc", "cluster", "local")}


def called_services(spec: PodSpec, namespace: str, services: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The Services, as (namespace, name), that the values name. A two-part name counts only where that Service exists."""
    for container, _role in containers(spec):
        values = [variable.value for variable in container.env if variable.value]
        for value in (*values, *container.command, *container.args):
            for match in _HOST.finditer(value[:MAX_VALUE]):
                if match["scheme"] or match["port"]:
                    yield from _service(match["host"], namespace, services)


def _service(host: str, namespace: str, services: Collection[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    name, *rest = host.split(".")
    place = rest[0] if rest else namespace
    suffix = tuple(rest[1:])
    if suffix == _PARTS_OF_CLUSTER_DNS.get(len(rest) + 1) and (suffix or (place, name) in services):
        yield place, name
