"""The addresses that a workload is told to talk to: hosts and ports in its environment, command and arguments.

Values may hold passwords, so only host and port are ever quoted.
https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, Namespace, PodSpec, Ref, Service, containers, pattern_of

MAX_VALUE = 4096
MAX_DIGITS = 5
MIN_PORT = 25
"""Below it a number behind a name is rather the tag of an image."""

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_URL = pattern_of(
    rf"[a-zA-Z][-+.a-zA-Z0-9]{{1,30}}://(?:[^\s/@]{{1,200}}@)?(?P<host>{_LABEL}(?:\.{_LABEL}){{0,5}})(?::(?P<port>\d{{1,5}}))?(?![-.\w])"
)
_PAIR = pattern_of(rf"(?<![-.\w@:/])(?P<host>{_LABEL}(?:\.{_LABEL}){{0,5}}):(?P<port>\d{{2,5}})(?![-.\w])")
_BARE = pattern_of(rf"{_LABEL}(?:\.{_LABEL}){{0,5}}")
_ADDRESS_WORDS = pattern_of(
    r"HOST|ADDR|URL|URI|ENDPOINT|SERVER|BROKER|DSN|UPSTREAM|BACKEND|TARGET|PEER|SEED|BOOTSTRAP|MASTER|NODES|DATABASE|CONNECT|SERVICE",
    re.IGNORECASE,
)
_HOST_WORDS = pattern_of(r"(^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER)$", re.IGNORECASE)
_FURTHER = pattern_of(rf"(?:,{_LABEL}(?:\.{_LABEL}){{0,5}}(?::\d{{1,5}})?){{0,20}}")
"""The further members of a list of brokers or replicas behind a URL."""
_KEYED = pattern_of(
    rf"(?:^|[\s;])(?:host|server|data source)\s*=\s*(?:tcp:)?(?P<host>{_LABEL}(?:\.{_LABEL}){{0,5}})(?:,(?P<port>\d{{1,5}}))?(?=[\s;]|$)",
    re.IGNORECASE,
)
"""`host=db port=5432`, and `Server=db,1433;` as .NET writes it."""
_KEYED_PORT = pattern_of(r"(?:^|[\s;])port\s*=\s*(\d{1,5})(?=[\s;]|$)", re.IGNORECASE)
_REFERENCE = pattern_of(r"(?<!\$)\$\(([A-Za-z_][\w.-]*)\)")
"""https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""
_SCHEMES = {"http": 80, "https": 443, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "redis": 6379, "amqp": 5672, "mongodb": 27017}
_OWN = {"localhost", "host", "true", "false", "none", "null", "default"}


class Address(msgspec.Struct, frozen=True):
    """A host, and the port with it (None when none is written). `source` says where: `env UPSTREAM_URL`, `args`.

    `origin` is the ConfigMap that it comes from, where it is not written in the pod template itself; `path` leads into that one then.
    """

    container: str
    source: str
    path: str
    host: str
    port: int | None
    origin: Ref | None = None

    @property
    def text(self) -> str:
        """Host and port as a caller would write them."""
        return f"{self.host}:{self.port}" if self.port is not None else self.host


def addresses(spec: PodSpec, namespace: str, inventory: Inventory) -> Iterator[Address]:
    """Every address in a pod spec, each once a container; the values of ConfigMaps count as far as they are known."""
    for container, role in containers(spec):
        group = "initContainers" if role in {"init", "sidecar"} else "containers"
        base = f"spec.template.spec.{group}[{container.name}]"
        seen: set[tuple[str, int | None]] = set()
        values = list(_values(container, base, namespace, inventory))
        known = {source.removeprefix("env "): value for source, _path, value, _origin in values if source.startswith("env ")}
        for source, path, value, origin in values:
            for host, port in _hosts(source, _expanded(value[:MAX_VALUE], known), known):
                if (host, port) not in seen and host not in _OWN:
                    seen.add((host, port))
                    named = f"{source}, from ConfigMap {origin.name}" if origin is not None else source
                    yield Address(container.name, named, path, host, port, origin)


def service_of(host: str, namespace: str, inventory: Inventory) -> Ref | None:
    """The Service that a host name stands for by the cluster's DNS, whether it exists or not; None for names outside of the cluster."""
    labels = host.rstrip(".").split(".")
    if not re.search("[a-z]", labels[0]):
        return None
    if "svc" in labels[2:4]:
        # A pod of a headless Service has its own name before that of the Service.
        at = labels.index("svc", 2)
        return Service.KIND.ref(labels[at - 1], labels[at - 2])
    if len(labels) == 1:
        return Service.KIND.ref(namespace, labels[0])
    if len(labels) == len(("name", "namespace")):
        if isinstance(inventory.get(Namespace, "", labels[1]), Found):
            return Service.KIND.ref(labels[1], labels[0])
        return _headless(labels[1], namespace, inventory)
    return None


def _headless(name: str, namespace: str, inventory: Inventory) -> Ref | None:
    """The Service by which a pod is called in its own namespace: `db-0.db`."""
    found = inventory.get(Service, namespace, name)
    return found.object.ref if isinstance(found, Found) and found.object.spec.cluster_ip == "None" else None


def has_own_names(spec: PodSpec) -> bool:
    """Whether the pod resolves names in ways that are not known here: search domains, host aliases, the node's resolver."""
    return bool(spec.host_aliases or spec.dns_policy in {"None", "Default"} or spec.dns_config) or spec.host_network


def _values(container: Container, base: str, namespace: str, inventory: Inventory) -> Iterator[tuple[str, str, str, Ref | None]]:
    for variable in container.env:
        if variable.value:
            yield f"env {variable.name}", f"{base}.env[{variable.name}]", variable.value, None
        elif variable.value_from is not None and variable.value_from.config_map_key_ref is not None:
            key = variable.value_from.config_map_key_ref
            value = _data(key.name, namespace, inventory).get(key.key, "")
            yield f"env {variable.name}", f"data[{key.key}]", value, ConfigMap.KIND.ref(namespace, key.name)
    for source in container.env_from:
        if source.config_map_ref is not None:
            origin = ConfigMap.KIND.ref(namespace, source.config_map_ref.name)
            for key_name, value in sorted(_data(origin.name, namespace, inventory).items()):
                yield f"env {source.prefix}{key_name}", f"data[{key_name}]", value, origin
    for word in (*container.command, *container.args):
        flag, equals, value = word.partition("=")
        yield (f"argument {flag}", f"{base}.args", value, None) if equals else ("arguments", f"{base}.args", word, None)


def _data(name: str, namespace: str, inventory: Inventory) -> dict[str, str]:
    found = inventory.get(ConfigMap, namespace, name)
    return found.object.data or {} if isinstance(found, Found) else {}


def _expanded(value: str, known: Mapping[str, str]) -> str:
    """A value with `$(NAME)` replaced, as the kubelet does; names that are not known stay as they are."""
    if "$(" not in value:
        return value
    return _REFERENCE.sub(lambda match: known.get(match[1], match[0])[:MAX_VALUE], value)[:MAX_VALUE]


def _hosts(source: str, value: str, known: Mapping[str, str]) -> Iterator[tuple[str, int | None]]:
    # Every value of every workload comes by here, and most hold none of these characters, which is quicker to see than to match.
    for match in _URL.finditer(value) if "://" in value else ():
        scheme = match[0].partition("://")[0].lower().partition("+")[0]
        yield match["host"], _port(match["port"]) or _SCHEMES.get(scheme)
        for further in _FURTHER.match(value, match.end())[0].split(",")[1:]:  # type: ignore[index]  # it matches everywhere
            host, _colon, port = further.partition(":")
            yield host, _port(port) or _SCHEMES.get(scheme)
    if "://" in value or "image" in source.lower():
        return
    for match in _KEYED.finditer(value) if "=" in value else ():
        port_of = _KEYED_PORT.search(value)
        yield match["host"], _port(match["port"] or (port_of[1] if port_of else None))
    if ":" in value and _ADDRESS_WORDS.search(source):
        for match in _PAIR.finditer(value):
            port = _port(match["port"])
            if port is not None and port >= MIN_PORT:
                yield match["host"], port
    name = source.removeprefix("env ")
    if _HOST_WORDS.search(name) and _BARE.fullmatch(value):
        beside = known.get(_HOST_WORDS.sub(lambda match: f"{match[1]}PORT", name), "")
        yield value, _port(beside) if beside.isascii() and beside.isdigit() and len(beside) <= MAX_DIGITS else None


def _port(text: str | None) -> int | None:
    number = int(text) if text else 0
    return number if 0 < number < 65536 else None
