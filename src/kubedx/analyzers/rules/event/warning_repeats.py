"""warning-repeats"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import event as quoted_event
from kubedx.analyzers.evidence import quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Event, Ref, event_count, first_seen, last_seen

NOW = timedelta(minutes=10)
"""An event of longer ago tells of what is over, as far as anybody knows."""
LASTING = timedelta(minutes=5)
OFTEN = 5
MOST = 20
"""Warnings that are reported of a cluster, the most frequent first: more would be a list of events, which kubectl has."""

JUDGED_ELSEWHERE = frozenset(
    {
        "AmbiguousSelector",
        "BackOff",
        "BackoffLimitExceeded",
        "DeadlineExceeded",
        "ErrImageNeverPull",
        "Evicted",
        "ExceededGracePeriod",
        "Failed",
        "FailedAttachVolume",
        "FailedBinding",
        "FailedComputeMetricsReplicas",
        "FailedCreate",
        "FailedCreatePodSandBox",
        "FailedDelete",
        "FailedGetExternalMetric",
        "FailedGetObjectMetric",
        "FailedGetPodsMetric",
        "FailedGetResourceMetric",
        "FailedGetScale",
        "FailedKillPod",
        "FailedMount",
        "FailedPostStartHook",
        "FailedPreStopHook",
        "FailedScheduling",
        "FailedUnMount",
        "InspectFailed",
        "KEDAScalerFailed",
        "NetworkNotReady",
        "NodeNotReady",
        "NodeNotSchedulable",
        "OOMKilling",
        "PodFailurePolicy",
        "PolicyViolation",
        "Preempted",
        "ProbeWarning",
        "ProvisioningFailed",
        "Rebooted",
        "SyncFailed",
        "SyncLoadBalancerFailed",
        "SystemOOM",
        "TooManyMissedTimes",
        "Unhealthy",
        "VolumeResizeFailed",
    }
)
"""Reasons that other rules judge: where they say nothing, there is nothing to say."""

HARMLESS = frozenset(
    {
        "CheckLimitsForResolvConf",
        "CIDRAssignmentFailed",
        "ClusterIPOutOfRange",
        "ConsolidationBlocked",
        "DNSConfigForming",
        "DisruptionBlocked",
        "FailedConsistencyCheck",
        "FailedConsolidation",
        "FailedDraining",
        "FailedToUpdateEndpoint",
        "FailedToUpdateEndpointSlices",
        "FreeDiskSpaceFailed",
        "ImageGCFailed",
        "InvalidDiskCapacity",
        "LeaderElection",
        "MissingClusterDNS",
        "NoPods",
        "NotTriggerScaleUp",
        "OwnerRefInvalidNamespace",
        "ReadinessProbeWarning",
        "Unconsolidatable",
        "UnexpectedJob",
        "UnregisteredNodeForPod",
    }
)
"""Reasons that components warn of while everything works: leaders change, endpoints race, autoscalers wait, kubelets start."""


@rule(filter="Event", on=Event, severity=Severity.WARNING, confidence=Confidence.POSSIBLE, added="0.1")
def warning_repeats(event: Event, inventory: Inventory) -> Iterator[Outcome]:
    """A component warns about an object again and again, now, and no other rule explains it.

    ## What it means
    A controller or the kubelet fails at something that kubedx has no rule for. Its words are quoted; what they mean is known to the maker
    of that component.

    ## When it is not reported
    For warnings that came less than five times, for less than five minutes, or not in the last ten; for reasons that other rules judge or
    that are known to be harmless; when the object that it is about is gone, or not known; and when any other rule reports on that
    object. The twenty most frequent are reported, one an object.

    ## How to fix it
    Read the message, and the log of the component that reports it.
    """
    if event.name not in _chosen(inventory).get(event.namespace, frozenset()):
        return
    involved, component = event.involved_object, event.reporting_component or event.source.component
    about = Ref(involved.api_version, involved.kind, involved.namespace, involved.name)
    why = quoted(event.message)
    yield Hit(
        message=f"{component or 'a component'} warns about {about} {event_count(event)} times, reason {event.reason}: {why}",
        evidence=(quoted_event(event),),
        part=event.reason,
        cause=about,
        since=first_seen(event),
        values={"reason": event.reason, "why": why, "component": component, "count": str(event_count(event))},
    )


@once_per_inventory
def _chosen(inventory: Inventory) -> dict[str, frozenset[str]]:
    """The events that are reported, by namespace: of each object the most frequent, and of all these the most frequent."""
    best: dict[Ref, Event] = {}
    for event in inventory.all_events():
        involved = event.involved_object
        about = Ref(involved.api_version, involved.kind, involved.namespace, involved.name)
        more = about not in best or event_count(event) > event_count(best[about])
        if more and _is_telling(event, inventory) and inventory.exists(about):
            best[about] = event
    most = sorted(best.values(), key=lambda one: (-event_count(one), one.namespace, one.name))[:MOST]
    chosen: dict[str, set[str]] = {}
    for event in most:
        chosen.setdefault(event.namespace, set()).add(event.name)
    return {namespace: frozenset(names) for namespace, names in chosen.items()}


def _is_telling(event: Event, inventory: Inventory) -> bool:
    first, last = first_seen(event), last_seen(event)
    if event.type != "Warning" or event_count(event) < OFTEN or first is None or last is None:
        return False
    return event.reason not in JUDGED_ELSEWHERE and event.reason not in HARMLESS and last - first >= LASTING and inventory.now - last < NOW
