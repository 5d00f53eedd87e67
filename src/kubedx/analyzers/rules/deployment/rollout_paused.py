"""rollout-paused"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.deployment._rollout import changed_since, condition, revisions
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Deployment, ReplicaSet


@rule(
    filter="Deployment",
    on=Deployment,
    consults=(ReplicaSet,),
    severity=Severity.WARNING,
    added="0.1",
)
def rollout_paused(deployment: Deployment, inventory: Inventory) -> Iterator[Outcome]:
    """A Deployment is paused while its pods do not run its present template.

    ## What it means
    `spec.paused` is set, so the controller does not roll out changes of the template. Somebody changed the template (or the rollout was
    paused half-way), and the change waits until the Deployment is resumed.

    ## When it is not reported
    When every replica runs the present template: then nothing waits.

    ## How to fix it
    Resume the rollout. If it was paused because the change is bad, undo the change first.
    """
    status, wanted = deployment.status, deployment.spec.replicas
    if not deployment.spec.paused or status.updated_replicas >= wanted or wanted == 0 or deployment.metadata.deletion_timestamp:
        return
    newest_first = revisions(deployment, inventory)
    changes = tuple(changed_since(deployment, newest_first[0])) if newest_first else ()
    said = f", which changes {', '.join(words for words, _evidence in changes)}" if changes else ""
    progressing = condition(deployment, "Progressing")
    paused_since = progressing[1].last_transition_time if progressing and progressing[1].reason == "DeploymentPaused" else None
    yield Hit(
        message=f"rollout is paused: {status.updated_replicas} of {wanted} replicas run the present template{said}",
        evidence=(
            field(deployment, "spec.paused", deployment.spec.paused),
            field(deployment, "status.updatedReplicas", status.updated_replicas),
            *(evidence for _words, evidence in changes),
        ),
        since=paused_since,
        values={"updated": str(status.updated_replicas), "replicas": str(wanted)},
    )
