"""role-absent"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.findings import Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import ClusterRole, ClusterRoleBinding, KubeObject, Role, RoleBinding


@rule(on=(RoleBinding, ClusterRoleBinding), also=("RBAC",), consults=(Role, ClusterRole), severity=Severity.WARNING, added="0.1")
def role_absent(binding: RoleBinding | ClusterRoleBinding, inventory: Inventory) -> Iterator[Outcome]:
    """A binding grants a Role or ClusterRole that does not exist, so it grants nothing.

    ## What it means
    The API server accepts such a binding. Its subjects have none of the rights that were meant.

    ## When it is not reported
    When Roles cannot be listed: then its existence is unknown.

    ## How to fix it
    Create the role, or delete the binding and create it anew: the role of a binding cannot be changed.
    """
    wanted = binding.role_ref
    kind: type[KubeObject] | None = Role if wanted.kind == "Role" else ClusterRole if wanted.kind == "ClusterRole" else None
    if kind is None or not wanted.name or binding.metadata.deletion_timestamp is not None:
        return
    if not isinstance(inventory.get(kind, binding.namespace, wanted.name), Absent):
        return
    absent = kind.KIND.ref(binding.namespace, wanted.name)
    near = nearest_objects(inventory, kind, binding.namespace, wanted.name)
    meant = only(near)
    subjects = ", ".join(f"{one.kind} {one.name}" for one in binding.subjects[:3])
    yield Hit(
        message=(
            f'grants {wanted.kind} "{wanted.name}", which does not exist{describe_nearest(near, absent.namespace)}'
            + (f", to {subjects}" if subjects else "")
        ),
        evidence=(field(binding, "roleRef.name", wanted.name),),
        cause=absent,
        absent=absent,
        since=binding.metadata.creation_timestamp,
        values={"role": wanted.name, "role_kind": wanted.kind.lower(), "meant": meant.name if meant else ""},
    )
