"""Where a workload is told a wrong host or port: the place in its template, or in a ConfigMap, that a human would correct.

A value is written only where it is nothing but an address: a host with an optional scheme, port and short path, alone or behind a flag.
What could hold a password (a user before the host, a query, other words beside it) is left to a human, so that no command repeats it.
A Secret is never looked into.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from kubedx.analyzers import Address, addresses
from kubedx.findings import Finding
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, KubeObject, Service, containers, pod_template
from kubedx.remedy.edit import Edit

_LITERAL = re.compile(
    r"(?P<head>(?:--?[a-z][\w.-]{0,40}=)?(?:[a-z][a-z0-9+.-]{0,20}://)?)"
    r"(?P<host>[a-z0-9](?:[-a-z0-9.]{0,250}[a-z0-9])?)(?::(?P<port>\d{1,5}))?(?P<path>(?:/[A-Za-z][\w.-]{0,20}){0,4}/?)"
)
_SECRET_FLAG = re.compile(r"pass|secret|token|key|credential", re.IGNORECASE)
_PORT_VARIABLE = re.compile(r"(?:^|_)PORT$", re.IGNORECASE)


class AddressChange(NamedTuple):
    """The object to change, and the fields."""

    object: KubeObject
    edits: tuple[Edit, ...]


class _Right(NamedTuple):
    """What is wrong and what is right: the label of a host, or a port."""

    host: str
    service: str = ""
    meant_service: str = ""
    port: str = ""
    meant_port: str = ""

    def host_of(self, host: str) -> str:
        """The host with the Service that was meant."""
        labels = host.split(".")
        at = labels.index(self.service) if self.meant_service and self.service in labels else None
        return host if at is None else ".".join((*labels[:at], self.meant_service, *labels[at + 1 :]))

    def mended(self, text: str) -> str | None:
        """The value with what is right; None where it is more than an address, or not this one."""
        match = _LITERAL.fullmatch(text)
        if match is None or match["host"] != self.host or _SECRET_FLAG.search(match["head"]):
            return None
        port = match["port"]
        if self.meant_port:
            if port != self.port:
                return None
            port = self.meant_port
        written = f"{match['head']}{self.host_of(self.host)}{f':{port}' if port else ''}{match['path']}"
        return written if written != text else None


def address_changes(finding: Finding, inventory: Inventory) -> Iterator[AddressChange]:
    """The change that makes a workload call what was probably meant; none where that is not known, or stands where it is not written."""
    right = _right(finding, inventory)
    found = inventory.find(inventory.top_owner_of(finding.subject))
    template = pod_template(found.object) if isinstance(found, Found) else None
    if right is None or not isinstance(found, Found) or template is None:
        return
    places = [one for one in addresses(template.spec, found.object.namespace, inventory) if one.host == right.host]
    by_container = {one.container.name: one.container for one in containers(template.spec)}
    own = tuple(edit for one in places if one.origin is None for edit in _in_container(one, by_container[one.container], right))
    if own:
        yield AddressChange(found.object, tuple(dict.fromkeys(own)))
    for origin in dict.fromkeys(one.origin for one in places if one.origin is not None):
        held = inventory.find(origin)
        if isinstance(held, Found) and isinstance(held.object, ConfigMap):
            edits = tuple(_in_config_map(held.object, [one.path for one in places if one.origin == origin], right))
            if edits:
                yield AddressChange(held.object, edits)


def _right(finding: Finding, inventory: Inventory) -> _Right | None:
    values = finding.values
    host, service, meant = (values.get(word, "") for word in ("host", "service", "meant"))
    if not host or not service:
        return None
    namespace = values.get("service_namespace", "") or finding.subject.namespace
    if meant and isinstance(inventory.get(Service, namespace, meant), Found):
        return _Right(host, service, meant)
    ports = values.get("ports", "").split(", ")
    only = ports[0].partition(" ")[0] if len(ports) == 1 else ""
    port = values.get("port", "")
    return _Right(host, service, port=port, meant_port=only) if only.isdigit() and port and only != port else None


def _in_container(address: Address, container: Container, right: _Right) -> Iterator[Edit]:
    prefix, is_variable, name = address.path.partition(".env[")
    if is_variable:
        values = {one.name: one.value for one in container.env}
        mended = right.mended(values.get(name.removesuffix("]"), ""))
        if mended is not None:
            yield Edit(f"{address.path}.value", mended)
        elif right.meant_port:
            yield from _port_beside(f"{prefix}.env", values, right)
        return
    base = prefix.removesuffix(".args")
    for field, words in (("command", container.command), ("args", container.args)):
        for number, word in enumerate(words):
            mended = right.mended(word)
            if mended is not None:
                yield Edit(f"{base}.{field}[{number}]", mended)


def _port_beside(path: str, values: dict[str, str], right: _Right) -> Iterator[Edit]:
    """The one variable that holds the port of a host which stands alone in another."""
    named = [name for name, value in values.items() if value == right.port and _PORT_VARIABLE.search(name)]
    if len(named) == 1:
        yield Edit(f"{path}[{named[0]}].value", right.meant_port)


def _in_config_map(held: ConfigMap, paths: list[str], right: _Right) -> Iterator[Edit]:
    for path in dict.fromkeys(paths):
        mended = right.mended((held.data or {}).get(path.removeprefix("data[").removesuffix("]"), ""))
        if mended is not None:
            yield Edit(path, mended)
