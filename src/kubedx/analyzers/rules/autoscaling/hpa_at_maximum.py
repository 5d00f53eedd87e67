"""hpa-at-maximum"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import HorizontalPodAutoscaler, condition

PATIENCE = timedelta(minutes=30)


@rule(filter="HorizontalPodAutoscaler", on=HorizontalPodAutoscaler, severity=Severity.INFO, added="0.1")
def hpa_at_maximum(autoscaler: HorizontalPodAutoscaler, inventory: Inventory) -> Iterator[Outcome]:
    """An autoscaler has wanted more replicas than its maximum for half an hour.

    ## What it means
    The load asks for more pods than `spec.maxReplicas` allows. That is a warning while the metric is above its target, else for
    information.

    ## When it is not reported
    In the first half hour, and when the minimum equals the maximum on purpose.

    ## How to fix it
    Raise `spec.maxReplicas` if the cluster has room, or find out why the load has grown.
    """
    spec, limited = autoscaler.spec, condition(autoscaler, "ScalingLimited")
    if limited is None or limited.status != "True" or limited.reason != "TooManyReplicas" or spec.min_replicas >= spec.max_replicas:
        return
    since = limited.last_transition_time
    if since is None or inventory.now - since < PATIENCE:
        return
    above = tuple(_above_target(autoscaler))
    said = f"; {above[0]}" if above else ""
    yield Hit(
        message=f"has wanted more than its maximum of {spec.max_replicas} replicas since {since:%Y-%m-%d %H:%M} UTC{said}",
        evidence=(field(autoscaler, "status.conditions[ScalingLimited].message", limited.message or limited.reason),),
        severity=Severity.WARNING if above else Severity.INFO,
        since=since,
        values={"max": str(spec.max_replicas), "target": spec.scale_target_ref.name},
    )


def _above_target(autoscaler: HorizontalPodAutoscaler) -> Iterator[str]:
    """The resource metrics whose utilization is above what the autoscaler aims at."""
    current = {one.resource.name: one.resource.current for one in autoscaler.status.current_metrics if one.resource is not None}
    for metric in autoscaler.spec.metrics:
        if metric.resource is None or metric.resource.target.average_utilization is None:
            continue
        now = current.get(metric.resource.name)
        if now is not None and now.average_utilization is not None and now.average_utilization > metric.resource.target.average_utilization:
            yield f"{metric.resource.name} is at {now.average_utilization} % of a target of {metric.resource.target.average_utilization} %"
