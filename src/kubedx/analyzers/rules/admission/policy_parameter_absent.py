"""policy-parameter-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest, nearest_object
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
    an error. Otherwise the binding enforces nothing. With `Allow` that is information only, unless a parameter of nearly that name exists.

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
    allows = wanted.parameter_not_found_action == "Allow"
    denies = not allows and policy.object.spec.failure_policy != "Ignore" and "Deny" in binding.spec.validation_actions
    meant = _meant(ref, inventory)
    follows = "everything that the policy judges is rejected" if denies else "nothing is enforced"
    near = describe_nearest(meant, wanted.namespace)
    mild = Severity.INFO if allows and meant is None else Severity.WARNING
    yield Hit(
        message=f'policy "{policy.object.name}" takes its parameters from {ref}, which does not exist: {follows}{near}',
        evidence=(
            field(binding, "spec.paramRef", f"{wanted.namespace}/{wanted.name}" if wanted.namespace else wanted.name),
            field(binding, "spec.paramRef.parameterNotFoundAction", wanted.parameter_not_found_action),
            field(policy.object, "spec.failurePolicy", policy.object.spec.failure_policy),
        ),
        cause=ref,
        absent=ref,
        severity=Severity.ERROR if denies else mild,
        values={"policy": policy.object.name, "parameter": wanted.name, "parameter_kind": kind.kind, "follows": follows},
    )


def _meant(absent: Ref, inventory: Inventory) -> Ref | None:
    """The parameter that was probably meant."""
    if absent.group_kind == ConfigMap.KIND.group_kind:
        return nearest_object(inventory, ConfigMap, absent.namespace, absent.name)
    others = {one.name: one.ref for one in inventory.list(RawObject, absent.namespace or None) if one.kind.group_kind == absent.group_kind}
    name = nearest(absent.name, others)
    return others[name] if name else None
