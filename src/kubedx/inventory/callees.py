"""Hosts in environments and arguments. Only those count that stand with a port or a scheme, or can be nothing but a host."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kubedx.kube import pattern_of

MAX_VALUE = 8192
"""Characters of one value that are looked at; a longer one is a document."""


MAX_HOST = 253


class Callee(NamedTuple):
    """A host that something talks to. `certain`: it is a host even if no Service of that name exists."""

    host: str
    certain: bool


_HOST = r"[A-Za-z](?:[-A-Za-z0-9.]{0,251}[A-Za-z0-9])?"
_URL = pattern_of(
    rf"(?<![\w.+-])(?P<scheme>[A-Za-z][A-Za-z0-9+._:-]{{0,30}})://(?:[^\s/@'\",]{{0,200}}@)?(?:[a-z]{{2,5}}\()?(?P<host>{_HOST})(?![\w.-]|:(?![\d$]))"
)
_HOST_PORT = pattern_of(rf"(?:^|(?<=[\s,;=@('\"\[|]))(?P<host>{_HOST}):(?P<port>\d{{1,5}})(?![\w.:@-])")
_FULL_NAME = pattern_of(
    r"(?<![\w.@-])(?P<host>[a-z][-a-z0-9]{0,62}(?:\.[a-z0-9][-a-z0-9]{0,62}){1,2}\.svc(?:\.[a-z0-9][-a-z0-9.]{0,200}[a-z0-9])?)(?![\w-])"
)
_KEYED = pattern_of(rf"(?:^|[\s;])(?:host|server|data source)\s*=\s*(?P<host>{_HOST})(?=[\s;,]|$)", re.IGNORECASE)
_KEYED_PORT = pattern_of(r"(?:^|[\s;])port\s*=\s*\d", re.IGNORECASE)
_HOST_WORDS = ("HOST", "HOSTNAME", "HOSTS", "SERVER", "ADDR", "ADDRESS", "ENDPOINT")
_HOST_VARIABLE = pattern_of(rf"(?P<stem>.*?)_?(?:{'|'.join(_HOST_WORDS)})")
_WHOLE_HOST = pattern_of(_HOST)
_VARIABLE = pattern_of(r"\$\(([A-Za-z_.-][\w.-]*)\)")

# fmt: off
_NETWORK_SCHEMES = frozenset((
    "amqp", "amqps", "bolt", "cassandra", "clickhouse", "consul", "dns", "elasticsearch", "etcd", "ftp", "grpc",
    "grpcs", "http", "https", "imap", "kafka", "ldap", "ldaps", "mariadb", "memcached", "mongodb", "mqtt", "mqtts",
    "ms", "mssql", "mysql", "nats", "neo4j", "opensearch", "oracle", "plaintext", "postgres", "postgresql", "pulsar",
    "redis", "rediss", "sasl_plaintext", "sasl_ssl", "sftp", "smtp", "smtps", "sqlserver", "ssl", "statsd", "stomp",
    "tcp", "tls", "udp", "ws", "wss", "zk", "zookeeper",
))
# fmt: on
_USUAL_PORTS = frozenset((22, 25, 53, 80, 110, 143, 389, 443, 465, 587, 636, 993))
_FIRST_UNPRIVILEGED_PORT = 1024
_LAST_PORT = 65535


def callees(environment: Mapping[str, str], arguments: Iterable[str]) -> Iterator[Callee]:
    """The hosts of a container, some of them twice. `$(NAME)` stands for the variable, as in Kubernetes."""
    known = {name: value[:MAX_VALUE] for name, value in environment.items()}
    for whole in (*known.values(), *arguments):
        value = whole[:MAX_VALUE]
        if "$(" in value:
            value = _VARIABLE.sub(lambda match: known.get(match[1], match[0])[:MAX_HOST], value)[:MAX_VALUE]
        # Most values hold none of these characters, which is quicker to see than to match.
        if ":" in value or "=" in value or ".svc" in value:
            yield from _in_value(value)
    with_port = {name.upper() for name, value in known.items() if value.isdigit()}
    for name, value in known.items():
        named = _HOST_VARIABLE.fullmatch(name.upper()) if name.upper().endswith(_HOST_WORDS) else None
        if named and _WHOLE_HOST.fullmatch(value):
            # DB_PORT beside DB_HOST
            yield Callee(value, certain=f"{named['stem']}_PORT".lstrip("_") in with_port)


def _in_value(value: str) -> Iterator[Callee]:
    for found in _URL.finditer(value) if "://" in value else ():
        yield Callee(found["host"], certain=not _NETWORK_SCHEMES.isdisjoint(re.split(r"[+:]", found["scheme"].lower())))
    for found in _HOST_PORT.finditer(value) if ":" in value else ():
        port = int(found["port"])
        if 0 < port <= _LAST_PORT:
            yield Callee(found["host"], certain=port >= _FIRST_UNPRIVILEGED_PORT or port in _USUAL_PORTS)
    for found in _FULL_NAME.finditer(value) if ".svc" in value else ():
        yield Callee(found["host"], certain=True)
    if "=" in value and _KEYED_PORT.search(value):
        for found in _KEYED.finditer(value):
            yield Callee(found["host"], certain=True)
