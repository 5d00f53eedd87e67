"""eks-health-issue"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import entries, member, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import GroupKind, RawObject

JUDGED = frozenset({GroupKind("eks.services.k8s.aws", "Cluster"), GroupKind("eks.services.k8s.aws", "Nodegroup")})
FAILED = frozenset({"CREATE_FAILED", "DEGRADED", "DELETE_FAILED", "FAILED"})


@rule(
    filter="EKS",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.NODE_UNUSABLE, Effect.CANNOT_SCHEDULE),
    added="0.1",
)
def eks_health_issue(resource: RawObject, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """Amazon EKS reports a health issue of the cluster or of a node group.

    ## What it means
    EKS watches what a cluster needs in the account around it: roles, subnets with free addresses, security groups, launch templates. An
    issue stops upgrades and new nodes, and sometimes the cluster itself. `--filter EKS` asks the cloud, with the AWS credentials at hand
    and the extra `kubedx[eks]`; clusters that ACK manages say so in their status.
    https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html

    ## When it is not reported
    When there is no issue and the status is not a failure.

    ## How to fix it
    Restore what the message names: the role and its trust, the subnet, the security group. EKS looks again by itself.
    """
    if resource.kind.group_kind not in JUDGED:
        return
    what = "cluster" if resource.kind.kind == "Cluster" else "node group"
    issues = entries(resource.data, "status", "health", "issues")
    for issue in issues:
        code, why = text(issue, "code"), quoted(text(issue, "message"))
        ids = member(issue, "resourceIDs")
        about = ", ".join(map(str, ids)) if isinstance(ids, list) else ""
        yield Hit(
            message=f"EKS reports {code} of {what} {resource.name}" + (f" ({about})" if about else "") + (f": {why}" if why else ""),
            evidence=(field(resource, f"status.health.issues[{code}].message", why or code),),
            part=f"issue {code}",
            values={"code": code, "why": why, "resources": about},
        )
    status = text(resource.data, "status", "status")
    if not issues and status in FAILED:
        yield Hit(message=f"EKS reports status {status} of {what} {resource.name}", evidence=(field(resource, "status.status", status),))
