"""Who may do what."""

from typing import ClassVar

import msgspec

from kubedx.kube.object import KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class PolicyRule(Struct, frozen=True):
    """What is allowed."""

    api_groups: tuple[str, ...] = ()
    non_resource_urls: tuple[str, ...] = msgspec.field(name="nonResourceURLs", default=())
    resource_names: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()


class Subject(Struct, frozen=True):
    """A User, Group or ServiceAccount."""

    api_group: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""


class RoleRef(Struct, frozen=True):
    """The Role or ClusterRole that a binding grants."""

    api_group: str = ""
    kind: str = ""
    name: str = ""


class Role(KubeObject, frozen=True):
    """Rights in one namespace. https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""

    KIND: ClassVar[Kind] = Kind("rbac.authorization.k8s.io/v1", "Role", "roles")

    rules: tuple[PolicyRule, ...] = ()


class AggregationRule(Struct, frozen=True):
    """The ClusterRoles whose rules are added."""

    cluster_role_selectors: tuple[LabelSelector, ...] = ()


class ClusterRole(KubeObject, frozen=True):
    """Rights everywhere, or wherever it is bound."""

    KIND: ClassVar[Kind] = Kind("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles", namespaced=False)

    aggregation_rule: AggregationRule | None = None
    rules: tuple[PolicyRule, ...] = ()


class RoleBinding(KubeObject, frozen=True):
    """Rights granted in one namespace."""

    KIND: ClassVar[Kind] = Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings")

    role_ref: RoleRef = RoleRef()
    subjects: tuple[Subject, ...] = ()


class ClusterRoleBinding(KubeObject, frozen=True):
    """Rights granted everywhere."""

    KIND: ClassVar[Kind] = Kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings", namespaced=False)

    role_ref: RoleRef = RoleRef()
    subjects: tuple[Subject, ...] = ()
