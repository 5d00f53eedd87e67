"""What the API server would refuse, in its own words: pods that a namespace's rules do not let in.

Sources: plugin/pkg/admission (serviceaccount, priority, limitranger, resourcequota, runtimeclass) and
pod-security-admission in kubernetes/kubernetes.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kubedx.analyzers import Amounts, requests
from kubedx.inventory import Absent, Inventory
from kubedx.kube import (
    Container,
    LimitRange,
    LimitRangeItem,
    Pod,
    PriorityClass,
    Quantity,
    ResourceQuota,
    RuntimeClass,
    ServiceAccount,
    containers,
    format_quantity,
    parse_quantity,
)
from kubedx.remedy.pod_security import pod_security_violation

_COMPUTE = ("cpu", "memory", "ephemeral-storage")
_BUILT_IN_CLASSES = frozenset({"system-node-critical", "system-cluster-critical"})


class Admission:
    """Admits pods one after another; each uses up the quotas of those that follow."""

    def __init__(self, inventory: Inventory, freed: Mapping[str, list[Pod]]) -> None:
        """`freed` are, by namespace, the pods that are counted as used and are no more."""
        self._inventory = inventory
        self._freed = freed
        self._used: dict[tuple[str, str], Amounts] = {}

    def refusal(self, pod: Pod) -> str:
        """Why a pod would not be created, in the API server's words; empty when it would. An admitted pod counts from then on."""
        lacking = next(self._absent(pod), "")
        if lacking:
            return lacking
        limited = self._inventory.list(LimitRange, pod.namespace)
        items = [item for one in limited for item in one.spec.limits]
        crossed = next(_limits_below_requests(pod, items), "")
        if crossed:
            return f'Pod "{pod.name}" is invalid: {crossed}'
        why = next(_out_of_range(pod, items), "") or pod_security_violation(pod, self._inventory)
        if why:
            return f'pods "{pod.name}" is forbidden: {why}'
        exceeded = self._exceeded(pod, items)
        return f'pods "{pod.name}" is forbidden: {exceeded}' if exceeded else ""

    def _absent(self, pod: Pod) -> Iterator[str]:
        spec, find = pod.spec, self._inventory.find
        account = spec.service_account_name
        if account and account != "default" and isinstance(find(ServiceAccount.KIND.ref(pod.namespace, account)), Absent):
            yield (
                f'pods "{pod.name}" is forbidden: error looking up service account {pod.namespace}/{account}: '
                f'serviceaccount "{account}" not found'
            )
        priority = spec.priority_class_name
        if priority and priority not in _BUILT_IN_CLASSES and isinstance(find(PriorityClass.KIND.ref("", priority)), Absent):
            yield f'pods "{pod.name}" is forbidden: no PriorityClass with name {priority} was found'
        runtime = spec.runtime_class_name
        if runtime and isinstance(find(RuntimeClass.KIND.ref("", runtime)), Absent):
            yield f'pods "{pod.name}" is forbidden: pod rejected: RuntimeClass "{runtime}" not found'

    def _exceeded(self, pod: Pod, items: list[LimitRangeItem]) -> str:
        asked = _counted(pod, items)
        quotas = [one for one in self._inventory.list(ResourceQuota, pod.namespace) if not one.spec.scopes and not one.spec.scope_selector]
        for quota in quotas:
            why = self._beyond(quota, asked)
            if why:
                return why
        for quota in quotas:
            used = self._used_of(quota)
            for resource in quota.spec.hard:
                used[resource] = used.get(resource, Decimal(0)) + asked.get(resource, Decimal(0))
        return ""

    def _beyond(self, quota: ResourceQuota, asked: Amounts) -> str:
        hard, used = _parsed(quota.spec.hard), self._used_of(quota)
        demanded = [one for one in hard if _is_compute(one) and one not in asked]
        if demanded:
            return f"failed quota: {quota.name}: must specify {','.join(sorted(demanded))}"
        over = sorted(one for one in hard if one in asked and asked[one] > 0 and used.get(one, Decimal(0)) + asked[one] > hard[one])
        if not over:
            return ""
        told = [",".join(f"{one}={format_quantity(amounts.get(one, Decimal(0)), one)}" for one in over) for amounts in (asked, used, hard)]
        return f"exceeded quota: {quota.name}, requested: {told[0]}, used: {told[1]}, limited: {told[2]}"

    def _used_of(self, quota: ResourceQuota) -> Amounts:
        key = (quota.namespace, quota.name)
        if key not in self._used:
            used = _parsed(quota.status.used) or _counted_now(quota.namespace, self._inventory)
            if quota.status.used:
                for pod in self._freed.get(quota.namespace, ()):
                    for resource, amount in _counted(pod, []).items():
                        used[resource] = max(used.get(resource, Decimal(0)) - amount, Decimal(0))
            self._used[key] = used
        return self._used[key]


def _counted_now(namespace: str, inventory: Inventory) -> Amounts:
    total: Amounts = {}
    for pod in inventory.list(Pod, namespace):
        if pod.status.phase not in {"Succeeded", "Failed"}:
            for resource, amount in _counted(pod, []).items():
                total[resource] = total.get(resource, Decimal(0)) + amount
    return total


def _counted(pod: Pod, items: list[LimitRangeItem]) -> Amounts:
    """What quotas count of a pod: `requests.cpu` (and `cpu`), `limits.cpu`, `pods`; defaults of limit ranges included.

    A resource that some container leaves open is not there: then a quota on it rejects the pod.
    """
    counted: Amounts = {"pods": Decimal(1), "count/pods": Decimal(1)}
    asked = requests(pod.spec)
    defaults = next((item for item in items if item.type == "Container"), None)
    for resource in _COMPUTE:
        amounts = [_request(one, resource, defaults) for one in pod.spec.containers]
        limits = [_limit(one, resource, defaults) for one in pod.spec.containers]
        if all(amount is not None for amount in amounts):
            total = max(sum((amount for amount in amounts if amount is not None), Decimal(0)), asked.get(resource, Decimal(0)))
            counted |= {resource: total, f"requests.{resource}": total}
        if all(amount is not None for amount in limits):
            counted[f"limits.{resource}"] = sum((amount for amount in limits if amount is not None), Decimal(0))
    return counted


def _request(container: Container, resource: str, defaults: LimitRangeItem | None) -> Decimal | None:
    resources = container.resources
    own = _amount(resources.requests.get(resource)) or _amount(resources.limits.get(resource))
    return own if own is not None or defaults is None else _amount(defaults.default_request.get(resource, defaults.default.get(resource)))


def _limit(container: Container, resource: str, defaults: LimitRangeItem | None) -> Decimal | None:
    own = _amount(container.resources.limits.get(resource))
    return own if own is not None or defaults is None else _amount(defaults.default.get(resource))


def _out_of_range(pod: Pod, items: list[LimitRangeItem]) -> Iterator[str]:
    for item in items:
        if item.type != "Container":
            continue
        for one in containers(pod.spec):
            for resource, most in _parsed(item.max).items():
                limit = _limit(one.container, resource, item)
                if limit is not None and limit > most:
                    yield f"maximum {resource} usage per Container is {item.max[resource]}, but limit is {format_quantity(limit, resource)}"
            for resource, least in _parsed(item.min).items():
                request = _request(one.container, resource, item)
                if request is not None and request < least:
                    yield (
                        f"minimum {resource} usage per Container is {item.min[resource]}, "
                        f"but request is {format_quantity(request, resource)}"
                    )


def _limits_below_requests(pod: Pod, items: list[LimitRangeItem]) -> Iterator[str]:
    """The requests that are more than the limit, own or by default."""
    defaults = next((item for item in items if item.type == "Container"), None)
    for name, group in (("containers", pod.spec.containers), ("initContainers", pod.spec.init_containers)):
        for number, one in enumerate(group):
            for resource, written in one.resources.requests.items():
                request, limit = _amount(written), _limit(one, resource, defaults)
                if request is not None and limit is not None and request > limit:
                    told = format_quantity(limit, resource)
                    yield (
                        f'spec.{name}[{number}].resources.requests: Invalid value: "{written}": '
                        f"must be less than or equal to {resource} limit of {told}"
                    )


def _is_compute(resource: str) -> bool:
    return resource.removeprefix("requests.").removeprefix("limits.") in _COMPUTE


def _parsed(written: Mapping[str, Quantity]) -> Amounts:
    return {resource: amount for resource, quantity in written.items() if (amount := _amount(quantity)) is not None}


def _amount(quantity: Quantity | None) -> Decimal | None:
    try:
        return None if quantity is None else parse_quantity(quantity)
    except ValueError:
        return None
