"""pod-evicted"""

import re
from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.container_state import ENDED, is_well, newest
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import event, field, quoted
from kubedx.analyzers.rules.pod._replaced import OWNERS, is_replaced
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Event, Pod, condition, last_seen, pattern_of

EVICTED = "Evicted"
FRESH = timedelta(hours=1)
_RESOURCE = pattern_of(r"low on resource: ([\w-]+)")
_LIMIT = pattern_of(r"exceeds the (?:total )?limit|exceeded its (?:local )?ephemeral", re.IGNORECASE)


@rule(
    filter="Pod",
    on=Pod,
    consults=OWNERS,
    severity=Severity.WARNING,
    suffers=Effect.CRASHES,
    produces=WITHOUT_PODS,
    unless=is_well,
    added="0.1",
)
def pod_evicted(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """The kubelet has evicted a pod.

    ## What it means
    The node ran short of memory, disk or process ids and ended the pod that used most above its requests; or the pod used more ephemeral
    storage than its own limit. The kubelet's words, with the resource and the amounts, are quoted.

    ## When it is not reported
    It is for information only when the eviction is more than an hour past, and when the pod's workload has all of its pods again, unless
    the same happens again and again or the pod went over its own limit.

    ## How to fix it
    Give the containers requests near what they use and a limit on ephemeral storage, or free the node. Old evicted pods may be deleted.
    """
    if pod.status.phase not in ENDED or pod.metadata.deletion_timestamp is not None:
        return
    last = newest(inventory.events(pod, reasons=(EVICTED,)))
    if last is None and pod.status.reason != EVICTED:
        return
    said = quoted(pod.status.message or (last.message if last else ""))
    whole = is_replaced(pod, inventory)
    target = condition(pod, "DisruptionTarget")
    since = (last_seen(last) if last else None) or (target.last_transition_time if target else None) or pod.status.start_time
    resource = _RESOURCE.search(said)
    old = since is not None and inventory.now - since > FRESH
    by_limit = _LIMIT.search(said) is not None
    again = by_limit or _evicted_siblings(pod, inventory) > 0
    severity = Severity.INFO if old or (whole and not again) else Severity.WARNING
    yield Hit(
        message=f'was evicted from node "{pod.spec.node_name}"{f": {said}" if said else ""}',
        evidence=_evidence(pod, last),
        severity=Severity.ERROR if pod.metadata.controller is None else severity,
        since=since,
        error_class=resource[1] if resource else "limit" if by_limit else "evicted",
        values={"node": pod.spec.node_name, "resource": resource[1] if resource else "", "why": said},
    )


def _evicted_siblings(pod: Pod, inventory: Inventory) -> int:
    """How many other pods of the same owner were evicted lately: then it happens again and again."""
    owner = pod.metadata.controller
    if owner is None:
        return 0
    siblings = (one for one in inventory.list(Pod, pod.namespace) if one.metadata.controller == owner and one.ref != pod.ref)
    return sum(_is_evicted_lately(one, inventory) for one in siblings if one.status.phase in ENDED)


def _is_evicted_lately(pod: Pod, inventory: Inventory) -> bool:
    last = newest(inventory.events(pod, reasons=(EVICTED,)))
    seen = (last_seen(last) if last is not None else None) or pod.status.start_time
    return (pod.status.reason == EVICTED or last is not None) and seen is not None and inventory.now - seen < FRESH


def _evidence(pod: Pod, last: Event | None) -> tuple[Evidence, ...]:
    status = (field(pod, "status.reason", pod.status.reason),) if pod.status.reason else (field(pod, "status.phase", pod.status.phase),)
    message = (field(pod, "status.message", pod.status.message),) if pod.status.message else ()
    return (*status, *message, *((event(last),) if last else ()))
