"""What resource quotas refuse, in the words of the API server; who is refused counts for nothing, who is not counts from then on.

https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from kubedx.analyzers import Amounts, requests
from kubedx.inventory import Inventory
from kubedx.kube import (
    KubeObject,
    LimitRangeItem,
    PersistentVolumeClaim,
    Pod,
    ResourceQuota,
    ScopedResourceSelectorRequirement,
    Service,
    format_quantity,
)
from kubedx.remedy.amounts import amount_of, limit_of, parsed, request_of
from kubedx.remedy.limit_range import container_defaults

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_BARE_NAMES = frozenset({"configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services"})
"""Resources whose number has a name without `count/` too."""

_NOTHING = Decimal(0)
_ONE = Decimal(1)


class Quotas:
    """The quotas of all namespaces, as they are used up."""

    def __init__(self, inventory: Inventory, freed: Mapping[str, Iterable[Pod]]) -> None:
        """`freed` are, by namespace, the pods that are counted as used and are no more."""
        self._inventory = inventory
        self._freed = freed
        self._used: dict[tuple[str, str], Amounts] = {}

    def refusal_of_pod(self, pod: Pod, items: Iterable[LimitRangeItem]) -> str:
        """Why a quota keeps a pod out; empty when none does, and then the pod is counted."""
        asked = _counted(pod, items)
        quotas = [quota for quota in self._inventory.list(ResourceQuota, pod.namespace) if _is_of(pod, quota)]
        return self._refusal(quotas, asked, demanding=True)

    def refusal_of(self, obj: KubeObject) -> str:
        """Why a quota keeps another object out; empty when none does, and then it is counted."""
        quotas = [quota for quota in self._inventory.list(ResourceQuota, obj.namespace) if not any(_scopes(quota))]
        return self._refusal(quotas, _counted_as_object(obj), demanding=False)

    def _refusal(self, quotas: list[ResourceQuota], asked: Amounts, *, demanding: bool) -> str:
        why = next((why for quota in quotas if (why := self._beyond(quota, asked, demanding=demanding))), "")
        for quota in quotas if not why else ():
            used = self._used_of(quota)
            for resource in quota.spec.hard:
                used[resource] = used.get(resource, _NOTHING) + asked.get(resource, _NOTHING)
        return why

    def _beyond(self, quota: ResourceQuota, asked: Amounts, *, demanding: bool) -> str:
        hard, used = parsed(quota.spec.hard), self._used_of(quota)
        demanded = [one for one in hard if demanding and _is_compute(one) and one not in asked]
        if demanded:
            return f"failed quota: {quota.name}: must specify {','.join(sorted(demanded))}"
        over = sorted(one for one in hard if one in asked and asked[one] > 0 and used.get(one, _NOTHING) + asked[one] > hard[one])
        if not over:
            return ""
        told = [",".join(f"{one}={format_quantity(amounts.get(one, _NOTHING), one)}" for one in over) for amounts in (asked, used, hard)]
        return f"exceeded quota: {quota.name}, requested: {told[0]}, used: {told[1]}, limited: {told[2]}"

    def _used_of(self, quota: ResourceQuota) -> Amounts:
        key = (quota.namespace, quota.name)
        if key not in self._used:
            used = parsed(quota.status.used)
            if used:
                for pod in self._freed.get(quota.namespace, ()):
                    for resource, amount in _counted(pod, ()).items() if _is_of(pod, quota) else ():
                        used[resource] = max(used.get(resource, _NOTHING) - amount, _NOTHING)
            self._used[key] = used or self._counted_now(quota)
        return self._used[key]

    def _counted_now(self, quota: ResourceQuota) -> Amounts:
        total: Amounts = {}
        for pod in self._inventory.list(Pod, quota.namespace):
            if pod.status.phase not in {"Succeeded", "Failed"} and _is_of(pod, quota):
                for resource, amount in _counted(pod, ()).items():
                    total[resource] = total.get(resource, _NOTHING) + amount
        return total


def _counted(pod: Pod, items: Iterable[LimitRangeItem]) -> Amounts:
    """What quotas count of a pod: `requests.cpu` (and `cpu`), `limits.cpu`, `pods`; defaults of limit ranges included.

    A resource that some container leaves open is not there: then a quota on it rejects the pod.
    """
    counted: Amounts = {"pods": _ONE, "count/pods": _ONE}
    asked = requests(pod.spec)
    defaults = container_defaults(items)
    for resource in _COMPUTE:
        amounts = [request_of(one, resource, defaults) for one in pod.spec.containers]
        limits = [limit_of(one, resource, defaults) for one in pod.spec.containers]
        if all(amount is not None for amount in amounts):
            total = max(sum((amount for amount in amounts if amount is not None), _NOTHING), asked.get(resource, _NOTHING))
            counted |= {resource: total, f"requests.{resource}": total}
        if all(amount is not None for amount in limits):
            counted[f"limits.{resource}"] = sum((amount for amount in limits if amount is not None), _NOTHING)
    return counted


def _counted_as_object(obj: KubeObject) -> Amounts:
    group, plural = obj.kind.group, obj.kind.plural
    counted: Amounts = {f"count/{plural}.{group}" if group else f"count/{plural}": _ONE}
    if not group and plural in _BARE_NAMES:
        counted[plural] = _ONE
    match obj:
        case Service():
            counted |= {"services.loadbalancers": _ONE} if obj.spec.type == "LoadBalancer" else {}
            counted |= {"services.nodeports": Decimal(len(obj.spec.ports))} if obj.spec.type in {"NodePort", "LoadBalancer"} else {}
        case PersistentVolumeClaim():
            storage = amount_of(obj.spec.resources.requests.get("storage")) or _NOTHING
            of_class = f"{obj.spec.storage_class_name}.storageclass.storage.k8s.io"
            counted |= {"requests.storage": storage, f"{of_class}/requests.storage": storage, f"{of_class}/persistentvolumeclaims": _ONE}
        case _:
            pass
    return counted


def _is_compute(resource: str) -> bool:
    return resource.removeprefix("requests.").removeprefix("limits.") in _COMPUTE


def _scopes(quota: ResourceQuota) -> Iterator[ScopedResourceSelectorRequirement]:
    yield from (ScopedResourceSelectorRequirement(scope_name=scope, operator="Exists") for scope in quota.spec.scopes)
    yield from quota.spec.scope_selector.match_expressions if quota.spec.scope_selector else ()


def _is_of(pod: Pod, quota: ResourceQuota) -> bool:
    """Whether a quota counts a pod: of a scope that is not known here, none."""
    return all(one.scope_name in _IN_SCOPE and _IN_SCOPE[one.scope_name](pod, one) for one in _scopes(quota))


def _is_best_effort(pod: Pod) -> bool:
    return not any(one.resources.requests or one.resources.limits for one in (*pod.spec.containers, *pod.spec.init_containers))


def _has_class(pod: Pod, wanted: ScopedResourceSelectorRequirement) -> bool:
    name = pod.spec.priority_class_name
    match wanted.operator:
        case "In":
            return name in wanted.values
        case "NotIn":
            return name not in wanted.values
        case "DoesNotExist":
            return not name
        case _:
            return bool(name)


_IN_SCOPE: Mapping[str, Callable[[Pod, ScopedResourceSelectorRequirement], bool]] = {
    "BestEffort": lambda pod, _wanted: _is_best_effort(pod),
    "NotBestEffort": lambda pod, _wanted: not _is_best_effort(pod),
    "PriorityClass": _has_class,
    "Terminating": lambda pod, _wanted: pod.spec.active_deadline_seconds is not None,
    "NotTerminating": lambda pod, _wanted: pod.spec.active_deadline_seconds is None,
}
