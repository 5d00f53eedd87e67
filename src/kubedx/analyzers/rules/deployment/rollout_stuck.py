"""rollout-stuck"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.deployment._rollout import changed_since, condition, deadline_exceeded, revision_of, revisions
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, ReplicaSet


@rule(
    filter="Deployment",
    on=Deployment,
    consults=(ReplicaSet,),
    severity=Severity.ERROR,
    suffers=Effect.UNAVAILABLE,
    produces=tuple(effect for effect in WITHOUT_PODS if effect is not Effect.UNAVAILABLE),
    added="0.1",
)
def rollout_stuck(deployment: Deployment, inventory: Inventory) -> Iterator[Outcome]:
    """The rollout of a Deployment has made no progress within its deadline.

    ## What it means
    The new pods do not become available, so the controller stopped waiting (`ProgressDeadlineExceeded`). Pods of the revision before
    may still serve. Why the new ones fail is nearly always told by a finding on them, to which this one is attached; the fields that
    the new revision changes are named.

    ## When it is not reported
    While the deadline (`progressDeadlineSeconds`, 10 minutes unless set) is not over.

    ## How to fix it
    Look at the newest pods. When the change was wrong, `kubectl rollout undo` brings the revision before back.
    """
    found = condition(deployment, "Progressing")
    if found is None or not deadline_exceeded(deployment) or deployment.metadata.deletion_timestamp or deployment.spec.replicas == 0:
        return
    number, progressing = found
    status, wanted = deployment.status, deployment.spec.replicas
    words, changes, revision = _change(deployment, inventory)
    # With the new pods in place the old condition only waits to be renewed.
    if status.updated_replicas >= wanted and status.available_replicas >= wanted and status.unavailable_replicas == 0:
        return
    yield Hit(
        message=(
            f"rollout is stuck: {status.updated_replicas} of {wanted} replicas are updated, {status.available_replicas} available, "
            f"no progress within {deployment.spec.progress_deadline_seconds} s{words}"
        ),
        evidence=(
            field(deployment, f"status.conditions[{number}].message", progressing.message or progressing.reason),
            field(deployment, "status.updatedReplicas", status.updated_replicas),
            field(deployment, "status.availableReplicas", status.available_replicas),
            *changes,
        ),
        severity=Severity.ERROR if status.available_replicas == 0 else Severity.WARNING,
        since=progressing.last_transition_time,
        values={"revision": revision, "available": str(status.available_replicas), "replicas": str(wanted)},
    )


def _change(deployment: Deployment, inventory: Inventory) -> tuple[str, tuple[Evidence, ...], str]:
    """What the revision that is rolled out changes: words, evidence, and the revision to go back to."""
    newest_first = revisions(deployment, inventory)
    older = [one for one in newest_first[1:] if one.status.available_replicas] or list(newest_first[1:2])
    if not older:
        return "", (), ""
    changes = tuple(changed_since(deployment, older[0]))
    revision = str(revision_of(older[0]) or "")
    if not changes:
        return "", (), revision
    said = ", ".join(words for words, _evidence in changes)
    return f"; changed since revision {revision}: {said}", tuple(evidence for _words, evidence in changes), revision
