"""statefulset-rollout-stuck"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.statefulset._ordinals import REVISION, is_updating, pods_by_ordinal
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.analyzers.workload_change import template_changes
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Container, Pod, PodSpec, PodTemplateSpec, StatefulSet


@rule(
    filter="StatefulSet",
    on=StatefulSet,
    reads=(Pod,),
    severity=Severity.ERROR,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    added="0.1",
)
def statefulset_rollout_stuck(stateful_set: StatefulSet, inventory: Inventory) -> Iterator[Outcome]:
    """The update of a StatefulSet waits for a pod that does not become ready.

    ## What it means
    A StatefulSet updates its pods from the highest ordinal down, one at a time. The one whose turn it is runs the new template and is
    not ready, so those below keep the old one. Why is told by a finding on that pod, to which this one is attached.

    ## When it is not reported
    While the pod starts (within the time that its own probes allow).

    ## How to fix it
    Correct the template, or go back with `kubectl rollout undo`. With the policy `OrderedReady` the broken pod must then be deleted by
    hand, because the controller waits for it for ever.
    """
    if not is_updating(stateful_set) or stateful_set.metadata.deletion_timestamp is not None:
        return
    pods = pods_by_ordinal(stateful_set, inventory)
    new = {ordinal: pod for ordinal, pod in pods.items() if pod.metadata.labels.get(REVISION) == stateful_set.status.update_revision}
    waiting = [(ordinal, pod) for ordinal, pod in new.items() if not is_ready(pod) and not is_starting(pod, inventory.now)]
    old = [pod for ordinal, pod in pods.items() if ordinal not in new]
    if not waiting:
        return
    ordinal, pod = waiting[-1]
    words, changes = _change(stateful_set, old)
    yield Hit(
        message=(
            f'update waits for pod "{pod.name}" (ordinal {ordinal}), which is not ready: '
            f"{len(new)} of {stateful_set.spec.replicas} replicas are updated{words}"
        ),
        evidence=(
            field(stateful_set, "status.updateRevision", stateful_set.status.update_revision),
            field(stateful_set, "status.currentRevision", stateful_set.status.current_revision),
            field(pod, "status.phase", pod.status.phase),
            *changes,
        ),
        severity=Severity.WARNING if stateful_set.status.ready_replicas else Severity.ERROR,
        since=pod.metadata.creation_timestamp,
        values={"ordinal": str(ordinal), "pod": pod.name},
    )


def _change(stateful_set: StatefulSet, old: list[Pod]) -> tuple[str, tuple[Evidence, ...]]:
    """The images that the new template changes. A pod has more in its spec than its template said, so only those are compared."""
    if not old:
        return "", ()
    images = {container.name: container.image for container in old[0].spec.containers}
    template = stateful_set.spec.template
    alike = tuple(one for one in template.spec.containers if one.name in images and images[one.name] != one.image)
    if not alike:
        return "", ()
    before = tuple(one for one in old[0].spec.containers if one.name in {container.name for container in alike})
    changes = tuple(
        change
        for change in template_changes(stateful_set, _only(template, alike), _only(template, before))
        if change[0].startswith("image ")
    )
    return "; changed: " + ", ".join(words for words, _evidence in changes), tuple(evidence for _words, evidence in changes)


def _only(template: PodTemplateSpec, containers: tuple[Container, ...]) -> PodTemplateSpec:
    return PodTemplateSpec(metadata=template.metadata, spec=PodSpec(containers=containers))
