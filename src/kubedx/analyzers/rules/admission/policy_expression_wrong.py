"""policy-expression-wrong"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import ValidatingAdmissionPolicy

SHOWN = 3


@rule(on=ValidatingAdmissionPolicy, severity=Severity.WARNING, added="0.1")
def policy_expression_wrong(policy: ValidatingAdmissionPolicy, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """A ValidatingAdmissionPolicy has an expression that does not fit the kinds that it judges.

    ## What it means
    The API server checked the CEL expressions against the schemas of the matched kinds and found a field that does not exist or a type
    that does not fit. When such an expression is evaluated it is an error, and with the failure policy `Fail` the request is rejected.

    ## When it is not reported
    When the check found nothing, and when it was made for an older generation of the policy.

    ## How to fix it
    Correct the expression that is named, or match only the kinds that it is written for.
    """
    checking = policy.status.type_checking
    if checking is None or policy.status.observed_generation < policy.metadata.generation or policy.metadata.deletion_timestamp is not None:
        return
    for one in checking.expression_warnings[:SHOWN]:
        yield Hit(
            message=f"expression {one.field_ref} does not fit (failure policy {policy.spec.failure_policy}): {quoted(one.warning)}",
            evidence=(
                field(policy, f"status.typeChecking.expressionWarnings[{one.field_ref}].warning", one.warning),
                field(policy, "spec.failurePolicy", policy.spec.failure_policy),
            ),
            part=one.field_ref,
            values={"expression": one.field_ref, "why": quoted(one.warning)},
        )
