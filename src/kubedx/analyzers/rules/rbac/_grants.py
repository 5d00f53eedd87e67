"""What ServiceAccounts may do, by the Roles that are bound to them."""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Found, Inventory
from kubedx.kube import ClusterRole, ClusterRoleBinding, KubeObject, PolicyRule, Role, RoleBinding, Subject

READS = (Role, ClusterRole, RoleBinding, ClusterRoleBinding)


class Grant(msgspec.Struct, frozen=True):
    """A role that is bound to an account, and where it holds (everywhere, when empty). `role` is None when it is not at hand."""

    namespace: str
    role: Role | ClusterRole | None


class Request(msgspec.Struct, frozen=True):
    """A request to the API server, in the words of its refusal. `namespace` is empty at the cluster scope."""

    account_namespace: str
    account: str
    verb: str
    resource: str
    group: str
    namespace: str


def grants(account_namespace: str, account: str, inventory: Inventory) -> tuple[Grant, ...]:
    """Everything that is granted to a ServiceAccount by name or by the groups of all ServiceAccounts."""
    by_subject = _by_subject(inventory)
    groups = ("system:authenticated", "system:serviceaccounts", f"system:serviceaccounts:{account_namespace}")
    keys = [f"account {account_namespace}/{account}", *(f"group {name}" for name in groups)]
    return tuple(grant for key in keys for grant in by_subject.get(key, ()))


def is_allowed(request: Request, inventory: Inventory) -> bool | None:
    """Whether the request is granted now; None when a role that may grant it is not known."""
    unknown = False
    for grant in grants(request.account_namespace, request.account, inventory):
        if grant.namespace and grant.namespace != request.namespace:
            continue
        if grant.role is None:
            unknown = True
        elif any(_covers(rule, request) for rule in grant.role.rules):
            return True
    return None if unknown else False


def _covers(rule: PolicyRule, request: Request) -> bool:
    """A rule for certain names only is taken to cover: the name was not looked at."""
    resources = {request.resource, request.resource.partition("/")[0] + "/*" if "/" in request.resource else request.resource, "*"}
    return (
        not {request.verb, "*"}.isdisjoint(rule.verbs)
        and not {request.group, "*"}.isdisjoint(rule.api_groups)
        and not resources.isdisjoint(rule.resources)
    )


@once_per_inventory
def _by_subject(inventory: Inventory) -> dict[str, tuple[Grant, ...]]:
    found: dict[str, list[Grant]] = {}
    for binding in (*inventory.list(RoleBinding), *inventory.list(ClusterRoleBinding)):
        kind: type[KubeObject] = Role if binding.role_ref.kind == "Role" else ClusterRole
        looked_up = inventory.get(kind, binding.namespace, binding.role_ref.name)
        role = looked_up.object if isinstance(looked_up, Found) and isinstance(looked_up.object, Role | ClusterRole) else None
        grant = Grant(binding.namespace, role)
        for subject in binding.subjects:
            for key in _keys(subject, binding.namespace):
                found.setdefault(key, []).append(grant)
    return {key: tuple(grants) for key, grants in found.items()}


def _keys(subject: Subject, namespace: str) -> Iterator[str]:
    if subject.kind == "ServiceAccount":
        yield f"account {subject.namespace or namespace}/{subject.name}"
    elif subject.kind == "Group":
        yield f"group {subject.name}"
    elif subject.name.startswith("system:serviceaccount:"):
        yield "account " + subject.name.removeprefix("system:serviceaccount:").replace(":", "/", 1)
