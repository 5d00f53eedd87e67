"""hpa-metrics-unreadable"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import APIService, Condition, HorizontalPodAutoscaler, Ref, condition, pattern_of

PATIENCE = timedelta(minutes=2)
"""Metrics of new pods take a minute or two."""

MISSING_REQUEST = "missing request for"
_GROUPS = ("metrics.k8s.io", "custom.metrics.k8s.io", "external.metrics.k8s.io")
_GET = pattern_of(r"\(get [\w.*-]+?\.((?:custom\.|external\.)?metrics\.k8s\.io)\)")


@rule(
    filter="HorizontalPodAutoscaler",
    on=HorizontalPodAutoscaler,
    consults=(APIService,),
    severity=Severity.WARNING,
    suffers=Effect.CANNOT_SCALE,
    added="0.1",
)
def hpa_metrics_unreadable(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """An autoscaler cannot read the metrics that it scales by.

    ## What it means
    The workload keeps its present size, however high the load. Either the metrics API does not work (then its APIService is named as
    the cause), or it has no values for these pods, for instance because none of them is ready.

    ## When it is not reported
    In the first two minutes, when the target is scaled to zero, and when a container lacks the request that a percentage refers to,
    which is another finding.

    ## How to fix it
    Repair the metrics API (`kubectl get apiservice` names it), or the pods that have no metrics.
    """
    active = condition(autoscaler, "ScalingActive")
    if active is None or active.status != "False" or not active.reason.startswith(("FailedGet", "FailedCompute", "InvalidMetric")):
        return
    if MISSING_REQUEST in active.message or autoscaler.metadata.deletion_timestamp is not None or _is_fresh(active, inventory):
        return
    cause, why = _api_service(active.message, inventory)
    metrics = ", ".join(_metric_names(autoscaler)) or "its metrics"
    yield Hit(
        message=f"metrics cannot be read ({metrics}): {quoted(active.message)}{why}",
        evidence=(
            field(autoscaler, "status.conditions[ScalingActive].message", active.message),
            field(autoscaler, "status.conditions[ScalingActive].reason", active.reason),
        ),
        cause=cause,
        since=active.last_transition_time,
        values={"metrics": metrics, "target": autoscaler.spec.scale_target_ref.name},
    )


def _is_fresh(active: Condition, inventory: Inventory) -> bool:
    return active.last_transition_time is not None and inventory.now - active.last_transition_time < PATIENCE


def _metric_names(autoscaler: HorizontalPodAutoscaler) -> Iterator[str]:
    for metric in autoscaler.spec.metrics:
        for source in (metric.resource, metric.container_resource):
            if source is not None:
                yield source.name
        for other in (metric.pods, metric.object, metric.external):
            if other is not None:
                yield other.metric.name


def _api_service(message: str, inventory: Inventory) -> tuple[Ref | None, str]:
    """The APIService whose fault it is: that of the group in the message, when it is not available or not registered."""
    match = _GET.search(message)
    group = match[1] if match else "metrics.k8s.io" if "resource metrics API" in message and "unable to fetch" in message else ""
    for version in ("v1beta1", "v1beta2", "v1") if group in _GROUPS else ():
        found = inventory.get(APIService, "", f"{version}.{group}")
        if isinstance(found, Found):
            available = condition(found.object, "Available")
            if available is not None and available.status == "False":
                return found.object.ref, f"; APIService {found.object.name} is not available"
            return None, ""
    if group in _GROUPS and isinstance(inventory.get(APIService, "", f"v1beta1.{group}"), Absent):
        return APIService.KIND.ref("", f"v1beta1.{group}"), f"; no APIService serves {group}"
    return None, ""
