"""monitor-not-selected"""

from collections.abc import Iterator
from typing import Any

import msgspec

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import member
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import GroupKind, LabelSelector, Namespace, RawObject, format_selector, selects, spec_changed_at

_GROUP = "monitoring.coreos.com"
_SERVERS = frozenset(GroupKind(_GROUP, kind) for kind in ("Prometheus", "PrometheusAgent", "ThanosRuler"))
_SELECTORS = {
    GroupKind(_GROUP, "ServiceMonitor"): "serviceMonitor",
    GroupKind(_GROUP, "PodMonitor"): "podMonitor",
    GroupKind(_GROUP, "Probe"): "probe",
    GroupKind(_GROUP, "PrometheusRule"): "rule",
}
"""By which fields of a Prometheus it selects the objects of a kind: `<word>Selector` and `<word>NamespaceSelector`."""


@rule(filter="ServiceMonitor", on=RawObject, reads=(Namespace,), severity=Severity.INFO, added="0.1")
def monitor_not_selected(monitor: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A ServiceMonitor, PodMonitor, Probe or PrometheusRule is selected by no Prometheus, so it does nothing.

    ## What it means
    A Prometheus takes the objects that match its selector, and only from the namespaces that match its selector of namespaces; where that
    is not set, from its own. Mostly the label that the chart of the Prometheus asks for (`release`) is missing. For information, since
    other agents read these objects, too.
    https://prometheus-operator.dev/docs/platform/troubleshooting/#does-the-servicemonitor-match

    ## When it is not reported
    When the cluster has no Prometheus of the operator, or one whose selectors cannot be read.

    ## How to fix it
    Give it the labels that the Prometheus selects, or widen the selector of the Prometheus.
    """
    word = _SELECTORS.get(monitor.kind.group_kind)
    if word is None or monitor.metadata.deletion_timestamp is not None:
        return
    askers = [server for server in _servers(inventory) if isinstance(member(server.data, "spec", f"{word}Selector"), dict)]
    if not askers or any(_takes(server, word, monitor, inventory) is not False for server in askers):
        return
    first = next((server for server in askers if _reaches(server, word, monitor, inventory)), None)
    server = first or askers[0]
    path = f"{word}Selector" if first else f"{word}NamespaceSelector"
    wanted = _selector(member(server.data, "spec", path))
    told = format_selector(wanted) if wanted else "its own"
    where = f"selects labels {told}" if first else f"looks in namespaces {told}"
    labels = monitor.metadata.labels
    yield Hit(
        message=f"no Prometheus selects it: {server.kind.kind} {server.namespace}/{server.name} {where}",
        evidence=(
            field(server, f"spec.{path}", told),
            field(monitor, "metadata.labels", ", ".join(f"{key}={value}" for key, value in sorted(labels.items()))),
        ),
        since=spec_changed_at(monitor),
        values={"prometheus": server.name, "prometheus_namespace": server.namespace, "wanted": told, "path": path},
    )


@once_per_inventory
def _servers(inventory: Inventory) -> tuple[RawObject, ...]:
    return tuple(one for one in inventory.list(RawObject) if one.kind.group_kind in _SERVERS)


def _takes(server: RawObject, word: str, monitor: RawObject, inventory: Inventory) -> bool | None:
    """Whether a server selects it; None when that cannot be told."""
    selector = _selector(member(server.data, "spec", f"{word}Selector"))
    reaches = _reaches(server, word, monitor, inventory)
    if selector is None or reaches is None:
        return None
    return reaches and selects(selector, monitor.metadata.labels)


def _reaches(server: RawObject, word: str, monitor: RawObject, inventory: Inventory) -> bool | None:
    wanted = member(server.data, "spec", f"{word}NamespaceSelector")
    if wanted is None:
        return server.namespace == monitor.namespace
    selector, namespace = _selector(wanted), inventory.get(Namespace, "", monitor.namespace)
    if selector is None or not isinstance(namespace, Found):
        return None
    return selects(selector, namespace.object.metadata.labels)


def _selector(value: Any) -> LabelSelector | None:
    try:
        return msgspec.convert(value, LabelSelector)
    except msgspec.ValidationError:
        return None
