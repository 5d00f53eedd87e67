"""service-monitor-matches-nothing"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import entries, member, text
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import did_you_mean, nearest_few, only
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, LabelSelector, RawObject, Service

SERVICE_MONITOR = GroupKind("monitoring.coreos.com", "ServiceMonitor")


@rule(filter="ServiceMonitor", on=RawObject, reads=(Service,), severity=Severity.WARNING, added="0.1")
def service_monitor_matches_nothing(monitor: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A ServiceMonitor selects no Service, or names a port that none of them has, so Prometheus scrapes nothing by it.

    ## What it means
    Its metrics are missing, and alerts on them never fire. That no Service is selected may be meant, by charts that bring monitors for
    what is not installed, so it is only for information; a port that the selected Services lack is a mistake.
    https://prometheus-operator.dev/docs/developer/getting-started/

    ## When it is not reported
    When the Services of the namespaces could not be listed, when it is being deleted, and when any selected Service has the port.

    ## How to fix it
    Correct `spec.selector`, `spec.namespaceSelector` or `spec.endpoints[].port`, which is the name of a port of the Service.
    """
    if monitor.kind.group_kind != SERVICE_MONITOR or monitor.metadata.deletion_timestamp is not None:
        return
    selector = _selector(monitor)
    namespaces = _namespaces(monitor)
    if selector is None:
        return
    selections = [inventory.select(Service, namespace, selector) for namespace in namespaces]
    services = [service for selection in selections for service in selection]
    if not services:
        if all(selection.complete for selection in selections):
            yield Hit(
                message="its selector matches no Service",
                evidence=(field(monitor, "spec.selector", member(monitor.data, "spec", "selector")),),
                severity=Severity.INFO,
                values={"port": ""},
            )
        return
    names = {port.name for service in services for port in service.spec.ports if port.name}
    for one in entries(monitor.data, "spec", "endpoints"):
        port = text(one, "port")
        if port and port not in names:
            near = nearest_few(port, names)
            meant = only(near)
            yield Hit(
                message=f'it scrapes port "{port}", which none of its Services has ({", ".join(service.name for service in services[:3])})'
                + did_you_mean(near),
                evidence=(
                    field(monitor, "spec.endpoints.port", port),
                    *(field(service, "spec.ports.name", ", ".join(one.name for one in service.spec.ports)) for service in services[:3]),
                ),
                part=f"port {port}",
                values={"port": port, "meant": meant or ""},
            )


def _selector(monitor: RawObject) -> LabelSelector | None:
    try:
        return msgspec.convert(member(monitor.data, "spec", "selector") or {}, LabelSelector)
    except msgspec.ValidationError:
        return None


def _namespaces(monitor: RawObject) -> list[str | None]:
    chosen = member(monitor.data, "spec", "namespaceSelector")
    if member(chosen, "any") is True:
        return [None]
    named = member(chosen, "matchNames")
    return [one for one in named if isinstance(one, str)] if isinstance(named, list) and named else [monitor.namespace]
