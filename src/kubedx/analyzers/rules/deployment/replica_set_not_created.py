"""replica-set-not-created"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.deployment._rollout import condition, deadline_exceeded
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment


@rule(
    filter="Deployment",
    on=Deployment,
    severity=Severity.ERROR,
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    added="0.1",
)
def replica_set_not_created(deployment: Deployment, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """The controller cannot make the ReplicaSet of a Deployment's present template.

    ## What it means
    The Deployment's condition `Progressing` is False, and not because time has run out: the API server rejects the ReplicaSet, for a
    quota on their number, an admission webhook or a template that is not valid. Its words are quoted. Pods of the revision before may
    still serve.

    ## When it is not reported
    When the ReplicaSet was made and its pods do not become ready, which is another finding.

    ## How to fix it
    Act on the quoted words; the controller tries again by itself.
    """
    found = condition(deployment, "Progressing")
    if found is None or found[1].status != "False" or deadline_exceeded(deployment) or deployment.metadata.deletion_timestamp is not None:
        return
    number, progressing = found
    why = quoted(progressing.message) or progressing.reason or "no reason is given"
    yield Hit(
        message=f"the ReplicaSet of its present template is not created: {why}",
        evidence=(
            field(deployment, f"status.conditions[{number}].reason", progressing.reason),
            *((field(deployment, f"status.conditions[{number}].message", progressing.message),) if progressing.message else ()),
        ),
        severity=Severity.WARNING if deployment.status.available_replicas else Severity.ERROR,
        since=progressing.last_transition_time,
        values={"why": why},
    )
