"""What a cluster would be like after some objects were applied to it: the ground on which fixes are proved and manifests judged.

What can be told from specs is foreseen in the words of the component that would say it (admission, scheduler, kubelet), so that
the rules judge it as they judge a real cluster. What cannot be told is taken to go well: images that nobody failed to pull are
pulled, programs run and their probes succeed, claims whose class exists are bound, load balancers get an address.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from kubedx.analyzers import is_ready
from kubedx.findings import Incident
from kubedx.inventory import Absent, Changes, EdgeKind, Found, Inventory
from kubedx.kube import (
    ConfigMap,
    Ingress,
    IngressClass,
    IngressLoadBalancerIngress,
    IngressLoadBalancerStatus,
    IngressStatus,
    KubeObject,
    LoadBalancerIngress,
    LoadBalancerStatus,
    Namespace,
    NamespaceStatus,
    PersistentVolumeClaim,
    PersistentVolumeClaimStatus,
    Pod,
    PodDisruptionBudget,
    RawObject,
    Ref,
    ReplicaSet,
    Secret,
    Service,
    ServiceStatus,
    StatefulSet,
    StorageClass,
    container_statuses,
)
from kubedx.kube import Job as KubeJob
from kubedx.remedy.admission import Admission
from kubedx.remedy.budget import budgets_of, worked_out
from kubedx.remedy.endpoints import endpoints_of
from kubedx.remedy.rollout import MAX_PODS, WORKLOADS, Rollout, claim_name, new_uid

SETTLED = timedelta(hours=1)
"""How long ago what is foreseen has come about: long enough for every rule's patience."""

_ADDRESS = "192.0.2.1"  # of a range for documentation, RFC 5737
_UNPULLABLE = frozenset({"ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "ImageInspectError"})


class Forecast(msgspec.Struct, frozen=True):
    """The foreseen cluster, and the objects that are new or other in it."""

    inventory: Inventory
    touched: tuple[Ref, ...]


def forecast(inventory: Inventory, applied: Iterable[KubeObject]) -> Forecast:
    """The cluster after these objects were applied and all controllers have done their work.

    The pods of the applied workloads are made anew, and those of workloads that read an applied ConfigMap or Secret, as they would be
    at their next start.
    """
    since = _an_hour_before(inventory.now)
    settled = [_settled(one, inventory, since) for one in applied]
    claims = [claim for one in settled if isinstance(one, StatefulSet) for claim in claims_of(one, inventory, since)]
    laid = {one.ref: one for one in (*settled, *claims)}
    restarted: list[KubeObject] = [one for one in settled if isinstance(one, (*WORKLOADS, Pod))]
    restarted += [one for one in _readers(settled, inventory) if one.ref not in laid]
    old = {one.ref: _made_by(one, inventory) for one in restarted}
    gone = [made for one in restarted for made in old[one.ref]]
    gone += [one for one in restarted if isinstance(one, Pod)]
    bare = [one for one in restarted if isinstance(one, Pod)]
    absent = tuple(one.ref for one in gone)
    objects = tuple(one for one in laid.values() if one not in bare)
    base = inventory.replace(Changes(objects=objects, absent=absent))
    rollout = Rollout(base, Admission(base, _by_namespace(gone)), since, _unpullable(inventory))
    made: list[KubeObject] = []
    for one in restarted:
        keep = tuple(pod for pod in old[one.ref] if isinstance(pod, Pod) and is_ready(pod))
        new = rollout.of(one, keep)
        if keep and not all(is_ready(pod) for pod in new if isinstance(pod, Pod)):
            made.extend(old[one.ref])
        made.extend(new)
    after = base.replace(Changes(objects=tuple(made)))
    budgets = _budgets((*laid.values(), *made), after)
    touched = dict.fromkeys(one.ref for one in (*laid.values(), *made, *budgets))
    follows = (*budgets, *endpoints_of(laid.values(), after))
    return Forecast(after.replace(Changes(objects=follows)) if follows else after, tuple(touched))


def _budgets(touched: Iterable[KubeObject], after: Inventory) -> tuple[KubeObject, ...]:
    """The budgets that are applied, and those that select what is made, with what they would allow."""
    touched = tuple(touched)
    applied = (one for one in touched if isinstance(one, PodDisruptionBudget))
    selecting = budgets_of((one.ref for one in touched if isinstance(one, Pod)), after)
    found = {one.ref: one for one in (*applied, *selecting)}
    return tuple(worked_out(one, after) for one in found.values())


def foreseen(incident: Incident) -> Incident:
    """An incident of a forecast: what has not begun has no beginning, and what is only a manifest cannot be patched."""
    fixes = tuple(msgspec.structs.replace(fix, command="") for fix in incident.fixes)
    return msgspec.structs.replace(incident, since=None, fixes=fixes)


def _an_hour_before(now: datetime) -> datetime:
    return now - SETTLED if now.year > 1 else now


def _settled(one: KubeObject, inventory: Inventory, since: datetime) -> KubeObject:
    """An applied object as the API server and its controllers would keep it; the status of one that exists stays."""
    found = inventory.find(one.ref)
    if isinstance(found, Found):
        return _over(one, found.object)
    metadata = msgspec.structs.replace(
        one.metadata,
        uid=one.uid or new_uid(one.kind.kind, one.namespace, one.name),
        creation_timestamp=since,
        generation=max(one.metadata.generation, 1),
    )
    return _new(msgspec.structs.replace(one, metadata=metadata), inventory)


def _over(one: KubeObject, present: KubeObject) -> KubeObject:
    old = present.metadata
    metadata = msgspec.structs.replace(
        one.metadata,
        uid=old.uid,
        creation_timestamp=old.creation_timestamp,
        generation=old.generation,
        owner_references=one.metadata.owner_references or old.owner_references,
        managed_fields=old.managed_fields,
        finalizers=one.metadata.finalizers or old.finalizers,
    )
    if isinstance(one, RawObject) and isinstance(present, RawObject):
        status = {"status": present.data["status"]} if "status" in present.data else {}
        return msgspec.structs.replace(one, metadata=metadata, data={**one.data, **status})
    kept = {name: getattr(present, name) for name in ("status",) if hasattr(one, name)}
    if isinstance(one, Service) and isinstance(present, Service):
        kept["spec"] = msgspec.structs.replace(one.spec, cluster_ip=one.spec.cluster_ip or present.spec.cluster_ip)
    return msgspec.structs.replace(one, metadata=metadata, **kept)


def _new(one: KubeObject, inventory: Inventory) -> KubeObject:
    match one:
        case Ingress() if not _lacks(IngressClass, one.spec.ingress_class_name, inventory):
            address = IngressLoadBalancerStatus(ingress=(IngressLoadBalancerIngress(ip=_ADDRESS),))
            return msgspec.structs.replace(one, status=IngressStatus(load_balancer=address))
        case Service() if one.spec.type == "LoadBalancer":
            given = LoadBalancerStatus(ingress=(LoadBalancerIngress(ip=_ADDRESS),))
            return msgspec.structs.replace(one, status=ServiceStatus(load_balancer=given))
        case PersistentVolumeClaim():
            return msgspec.structs.replace(one, status=PersistentVolumeClaimStatus(phase=_phase(one, inventory)))
        case Namespace():
            return msgspec.structs.replace(one, status=NamespaceStatus(phase="Active"))
        case _:
            return one


def _phase(claim: PersistentVolumeClaim, inventory: Inventory) -> str:
    return "Pending" if _lacks(StorageClass, claim.spec.storage_class_name, inventory) else "Bound"


def _lacks(kind: type[KubeObject], name: str | None, inventory: Inventory) -> bool:
    """Whether a class that is named certainly does not exist."""
    return bool(name) and isinstance(inventory.find(kind.KIND.ref("", name or "")), Absent)


def claims_of(stateful_set: StatefulSet, inventory: Inventory, since: datetime) -> Iterator[KubeObject]:
    """The claims that a StatefulSet would make, and that do not exist."""
    first = stateful_set.spec.ordinals.start if stateful_set.spec.ordinals else 0
    for number in range(first, first + min(stateful_set.spec.replicas, MAX_PODS)):
        for template in stateful_set.spec.volume_claim_templates:
            name = claim_name(template.metadata.name, f"{stateful_set.name}-{number}")
            metadata = msgspec.structs.replace(template.metadata, name=name, namespace=stateful_set.namespace)
            claim = PersistentVolumeClaim(metadata=metadata, spec=template.spec)
            if not isinstance(inventory.find(claim.ref), Found):
                yield _settled(claim, inventory, since)


def _readers(applied: Iterable[KubeObject], inventory: Inventory) -> Iterator[KubeObject]:
    """The workloads that read an applied ConfigMap or Secret which exists already."""
    refs = (one.ref for one in applied if isinstance(one, ConfigMap | Secret) and isinstance(inventory.find(one.ref), Found))
    edges = (edge for ref in refs for edge in inventory.edges_to(ref, EdgeKind.MOUNTS, EdgeKind.READS_ENV))
    for ref in dict.fromkeys(inventory.top_owner_of(edge.source) for edge in edges):
        found = inventory.find(ref)
        # A Job that has run is not run again.
        if isinstance(found, Found) and isinstance(found.object, WORKLOADS) and not isinstance(found.object, KubeJob):
            yield found.object


def _made_by(workload: KubeObject, inventory: Inventory) -> tuple[KubeObject, ...]:
    """What a workload has made of its template: ReplicaSets, Jobs and pods."""
    if isinstance(workload, Pod) or not workload.uid:
        return ()
    middle: list[KubeObject] = [*inventory.owned_by(workload, ReplicaSet)]
    pods = [pod for owner in (workload, *middle) for pod in inventory.owned_by(owner, Pod)]
    return (*middle, *pods)


def _by_namespace(gone: Iterable[KubeObject]) -> dict[str, list[Pod]]:
    freed: dict[str, list[Pod]] = {}
    for one in gone:
        if isinstance(one, Pod) and one.status.phase not in {"Succeeded", "Failed"}:
            freed.setdefault(one.namespace, []).append(one)
    return freed


def _unpullable(inventory: Inventory) -> dict[str, str]:
    """The images that some node fails to pull now, with the kubelet's words."""
    failing: dict[str, str] = {}
    for pod in inventory.list(Pod):
        if pod.status.phase != "Pending":
            continue
        for view in container_statuses(pod):
            waiting = view.status.state.waiting if view.status else None
            if waiting is not None and waiting.reason in _UNPULLABLE:
                failing.setdefault(view.container.image, waiting.message)
    return failing
