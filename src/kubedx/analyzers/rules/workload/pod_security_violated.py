"""pod-security-violated"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.workload._rejection import CREATORS, POD_SECURITY, Creator, rejections
from kubedx.findings import Effect, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import Namespace

ENFORCE = "pod-security.kubernetes.io/enforce"


@rule(
    on=CREATORS,
    consults=(Namespace,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def pod_security_violated(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The pods of a workload ask for rights that the Pod Security level of their namespace forbids.

    ## What it means
    The namespace enforces a Pod Security Standard (`baseline` or `restricted`), and the security context of the pod template does not
    meet it. The Deployment itself is accepted; its pods are rejected before they exist.

    ## When it is not reported
    When the level only warns or audits, when the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Set the named security context fields in the pod template. Only where the workload truly needs the rights, run it in a namespace
    that enforces a lower level.
    """
    for rejection in rejections(workload, inventory):
        match = POD_SECURITY.search(rejection.message)
        if match is None:
            continue
        level, violations = match["level"], quoted(match["violations"])
        namespace = inventory.get(Namespace, "", workload.namespace)
        label = namespace.object.metadata.labels.get(ENFORCE) if isinstance(namespace, Found) else None
        extra = (field(Namespace.KIND.ref("", workload.namespace), f"metadata.labels[{ENFORCE}]", label),) if label else ()
        yield Hit(
            message=f'pods are rejected: they violate Pod Security level "{level}": {violations}',
            evidence=(*rejection.evidence, *extra),
            severity=rejection.severity,
            since=rejection.since,
            values={"level": level, "violations": violations},
        )
