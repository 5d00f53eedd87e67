"""binding-grants-everything"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.security._system import is_of_the_system, is_system_namespace
from kubedx.findings import Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ClusterRole, ClusterRoleBinding, KubeObject, PolicyRule, Role, RoleBinding, Subject

MAX_NAMED = 3


@rule(
    filter="Security",
    on=(RoleBinding, ClusterRoleBinding),
    consults=(Role, ClusterRole),
    severity=Severity.INFO,
    added="0.1",
)
def binding_grants_everything(binding: RoleBinding | ClusterRoleBinding, inventory: Inventory) -> Iterator[Outcome]:
    """A binding lets a subject do everything, or do it with everything.

    ## What it means
    The Role or ClusterRole that it grants has `*` among the verbs or the resources of a rule. Who takes over the subject, a pod with
    that ServiceAccount for one, has the namespace, or with a ClusterRoleBinding the cluster.
    https://kubernetes.io/docs/concepts/security/rbac-good-practices/#least-privilege

    ## When it is not reported
    For the API server's own bindings and those of the cluster's own namespaces, for subjects that belong to the system
    (`system:masters`), and where `*` stands for the resources of a single API group of custom resources, as operators need it.

    ## How to fix it
    Name the verbs and resources that are really used.
    """
    subjects = [one for one in binding.subjects if not _is_system(one)]
    if is_of_the_system(binding) or not subjects:
        return
    namespaced = binding.role_ref.kind == "Role"
    kind: type[KubeObject] = Role if namespaced else ClusterRole
    found = inventory.get(kind, binding.namespace if namespaced else "", binding.role_ref.name)
    role = found.object if isinstance(found, Found) else None
    wide = next((one for one in role.rules if _is_wide(one)), None) if isinstance(role, Role | ClusterRole) else None
    if wide is None or role is None:
        return
    who = ", ".join(f"{one.kind} {one.namespace + '/' if one.namespace else ''}{one.name}" for one in subjects[:MAX_NAMED])
    what = f"verbs {', '.join(wide.verbs)} on {', '.join(wide.resources)} of {', '.join(group or 'core' for group in wide.api_groups)}"
    where = "in every namespace" if isinstance(binding, ClusterRoleBinding) else f"in namespace {binding.namespace}"
    yield Hit(
        message=f"{role.kind.kind} {role.name} grants {who} {what} {where}",
        evidence=(field(binding, "roleRef.name", role.name), field(role, "rules", wide)),
        values={"role": role.name, "who": who, "what": what},
    )


def _is_system(one: Subject) -> bool:
    return one.name.startswith("system:") or is_system_namespace(one.namespace)


def _is_wide(granted: PolicyRule) -> bool:
    if granted.resource_names or not granted.resources:
        return False
    own = all("." in group and not group.endswith(".k8s.io") for group in granted.api_groups)
    return ("*" in granted.verbs or "*" in granted.resources) and not own
