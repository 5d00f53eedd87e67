"""Which rights a scan needs, from what its rules declare: never from a list kept by hand."""

from collections.abc import Iterable, Sequence

import msgspec

from kubedx.analyzers.relevance import kinds_of
from kubedx.analyzers.rule import Rule
from kubedx.kube import Kind, Namespace, Pod, Secret

LIST = ("list",)
GET_AND_LIST = ("get", "list")
WATCH = ("watch",)
LOGS = "pods/log"


class Right(msgspec.Struct, frozen=True, order=True):
    """Resources of one API group and what may be done with them, in the words of RBAC.

    https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
    """

    group: str
    verbs: tuple[str, ...]
    resources: tuple[str, ...]


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """The rights of a scan. Those on Secrets stand apart: the right to list them grants their values.

    `cluster_scoped` cannot be granted in a Role. `wants_secrets` says that rules read Secrets, `wants_logs` that they
    look at pods, so that they may ask for logs, granted or not.
    """

    cluster_scoped: tuple[Right, ...]
    namespaced: tuple[Right, ...]
    secrets: tuple[Right, ...] = ()
    wants_secrets: bool = False
    wants_logs: bool = False


def access(rules: Iterable[Rule], custom: Sequence[Kind] = (), *, secrets: bool = False, logs: bool = False, watch: bool = False) -> Access:
    """The least rights with which a scan by these rules, over these custom kinds besides, leaves no gap.

    A kind that a rule declares may also be got, since the absence of an object is confirmed by a GET of it and the
    values of a ConfigMap are got on demand; what only the pipeline wants (events, owners, custom kinds) is listed alone.
    With `watch`, what is listed may be watched too.
    """
    rules = tuple(rules)
    declared = {kind_type.KIND.group_kind for rule in rules for kind_type in rule.kinds} | {Namespace.KIND.group_kind}
    kinds = kinds_of(rules)
    verbs: dict[Kind, tuple[str, ...]] = {
        kind: GET_AND_LIST if kind.group_kind in declared else LIST for kind in kinds if kind != Secret.KIND
    }
    verbs |= dict.fromkeys(custom, LIST)
    more = WATCH if watch else ()
    verbs = {kind: (*own, *more) for kind, own in verbs.items()}
    wants_logs = Pod.KIND in kinds
    namespaced = [(kind.group, verbs[kind], kind.plural) for kind in verbs if kind.namespaced]
    if logs and wants_logs:
        namespaced.append((Pod.KIND.group, ("get",), LOGS))
    return Access(
        cluster_scoped=_rights((kind.group, verbs[kind], kind.plural) for kind in verbs if not kind.namespaced),
        namespaced=_rights(namespaced),
        secrets=(Right(Secret.KIND.group, (*GET_AND_LIST, *more), (Secret.KIND.plural,)),) if secrets and Secret.KIND in kinds else (),
        wants_secrets=Secret.KIND in kinds,
        wants_logs=wants_logs,
    )


def _rights(entries: Iterable[tuple[str, tuple[str, ...], str]]) -> tuple[Right, ...]:
    """One right for all resources of a group that have the same verbs."""
    resources: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for group, verbs, resource in entries:
        resources.setdefault((group, verbs), set()).add(resource)
    return tuple(Right(group, verbs, tuple(sorted(names))) for (group, verbs), names in sorted(resources.items()))
