"""policy-parameter-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Effect, Severity
from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import ConfigMap, RawObject, Ref, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding


@rule(
    on=ValidatingAdmissionPolicyBinding,
    reads=(ValidatingAdmissionPolicy,),
    consults=(ConfigMap, RawObject),
    severity=Severity.WARNING,
    produces=(Effect.CANNOT_BE_CREATED, Effect.FAILS),
    added="0.1",
)
def policy_parameter_absent(binding: ValidatingAdmissionPolicyBinding, inventory: Inventory) -> Iterator[Outcome]:
    """A ValidatingAdmissionPolicyBinding names a parameter object that does not exist.

    ## What it means
    With `parameterNotFoundAction: Deny` and the policy's failure policy `Fail`, everything that the policy judges is rejected, which is
    an error. Otherwise the binding enforces nothing.

    ## When it is not reported
    When the parameters are chosen by a selector or looked for in the namespace of each request, and when their kind cannot be listed.

    ## How to fix it
    Create the parameter object, or correct `spec.paramRef`.
    """
    wanted, policy = binding.spec.param_ref, inventory.get(ValidatingAdmissionPolicy, "", binding.spec.policy_name)
    kind = policy.object.spec.param_kind if isinstance(policy, Found) else None
    if (
        wanted is None
        or kind is None
        or not wanted.name
        or not isinstance(policy, Found)
        or binding.metadata.deletion_timestamp is not None
    ):
        return
    ref = Ref(kind.api_version, kind.kind, wanted.namespace, wanted.name)
    # A namespaced parameter without a namespace is looked for where the request is.
    if (kind.kind == "ConfigMap" and not wanted.namespace) or not isinstance(inventory.find(ref), Absent):
        return
    denies = wanted.parameter_not_found_action == "Deny" and policy.object.spec.failure_policy != "Ignore"
    follows = "everything that the policy judges is rejected" if denies else "nothing is enforced"
    yield Hit(
        message=f'policy "{policy.object.name}" takes its parameters from {ref}, which does not exist: {follows}',
        evidence=(
            field(binding, "spec.paramRef", f"{wanted.namespace}/{wanted.name}" if wanted.namespace else wanted.name),
            field(binding, "spec.paramRef.parameterNotFoundAction", wanted.parameter_not_found_action),
            field(policy.object, "spec.failurePolicy", policy.object.spec.failure_policy),
        ),
        cause=ref,
        absent=ref,
        severity=Severity.ERROR if denies else Severity.WARNING,
        values={"policy": policy.object.name, "parameter": wanted.name, "parameter_kind": kind.kind, "follows": follows},
    )
