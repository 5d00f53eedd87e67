"""What the API server would refuse, in its own words: pods that a namespace's rules do not let in.

Sources: plugin/pkg/admission (serviceaccount, priority, limitranger, resourcequota, runtimeclass) and
pod-security-admission in kubernetes/kubernetes.
"""

from collections.abc import Iterator, Mapping

from kubedx.inventory import Absent, Inventory
from kubedx.kube import KubeObject, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod, PriorityClass, RuntimeClass, ServiceAccount
from kubedx.remedy.limit_range import claim_out_of_range, limits_below_requests, out_of_range
from kubedx.remedy.pod_security import pod_security_violation
from kubedx.remedy.quota import Quotas
from kubedx.remedy.webhook import webhook_refusal

_BUILT_IN_CLASSES = frozenset({"system-node-critical", "system-cluster-critical"})


class Admission:
    """Admits objects one after another; each uses up the quotas of those that follow."""

    def __init__(self, inventory: Inventory, freed: Mapping[str, list[Pod]]) -> None:
        """`freed` are, by namespace, the pods that are counted as used and are no more."""
        self._inventory = inventory
        self._quotas = Quotas(inventory, freed)

    def refusal(self, pod: Pod) -> str:
        """Why a pod would not be created, in the API server's words; empty when it would. An admitted pod counts from then on."""
        lacking = next(self._absent(pod), "") or webhook_refusal(pod, "CREATE", self._inventory)
        if lacking:
            return lacking
        items = self._limits(pod.namespace)
        crossed = next(limits_below_requests(pod, items), "")
        if crossed:
            return f'Pod "{pod.name}" is invalid: {crossed}'
        why = next(out_of_range(pod, items), "") or pod_security_violation(pod, self._inventory)
        why = why or self._quotas.refusal_of_pod(pod, items)
        return f'pods "{pod.name}" is forbidden: {why}' if why else ""

    def refusal_of(self, obj: KubeObject, *, is_new: bool) -> str:
        """Why an object that is applied would not be stored; empty when it would."""
        if isinstance(obj, Pod):
            return self.refusal(obj) if is_new else ""
        why = webhook_refusal(obj, "CREATE" if is_new else "UPDATE", self._inventory)
        if isinstance(obj, PersistentVolumeClaim) and is_new:
            why = why or next(claim_out_of_range(obj, self._limits(obj.namespace)), "")
        return why or (self._quotas.refusal_of(obj) if is_new and obj.namespace else "")

    def _limits(self, namespace: str) -> tuple[LimitRangeItem, ...]:
        return tuple(item for one in self._inventory.list(LimitRange, namespace) for item in one.spec.limits)

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
