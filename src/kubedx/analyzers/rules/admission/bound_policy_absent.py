"""bound-policy-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding


@rule(on=ValidatingAdmissionPolicyBinding, reads=(ValidatingAdmissionPolicy,), severity=Severity.WARNING, added="0.1")
def bound_policy_absent(binding: ValidatingAdmissionPolicyBinding, inventory: Inventory) -> Iterator[Outcome]:
    """A binding names a ValidatingAdmissionPolicy that does not exist, so nothing is enforced.

    ## What it means
    The API server accepts such a binding. What the policy should forbid is allowed.

    ## When it is not reported
    When policies cannot be listed, and while the binding is being deleted.

    ## How to fix it
    Create the policy, correct the name, or delete the binding.
    """
    name = binding.spec.policy_name
    if not name or binding.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(ValidatingAdmissionPolicy, "", name), Absent):
        return
    absent = ValidatingAdmissionPolicy.KIND.ref("", name)
    near = nearest_objects(inventory, ValidatingAdmissionPolicy, "", name)
    meant = only(near)
    yield Hit(
        message=f'binds policy "{name}", which does not exist: nothing is enforced{describe_nearest(near, "")}',
        evidence=(field(binding, "spec.policyName", name),),
        cause=absent,
        absent=absent,
        since=binding.metadata.creation_timestamp,
        values={"policy": name, "meant": meant.name if meant else ""},
    )
