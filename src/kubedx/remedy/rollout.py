"""The pods that a workload would make of its template, each with the status that the cluster would give it."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from kubedx.analyzers import is_ready
from kubedx.inventory import Inventory
from kubedx.kube import Condition as KubeCondition
from kubedx.kube import (
    CronJob,
    DaemonSet,
    DaemonSetStatus,
    Deployment,
    DeploymentCondition,
    DeploymentStatus,
    Event,
    Job,
    JobStatus,
    KubeObject,
    Node,
    ObjectMeta,
    ObjectReference,
    OwnerReference,
    PersistentVolumeClaimVolumeSource,
    Pod,
    PodTemplateSpec,
    ReplicaSet,
    ReplicaSetSpec,
    ReplicaSetStatus,
    ReplicationController,
    StatefulSet,
    StatefulSetStatus,
    Volume,
    pod_template,
)
from kubedx.remedy.admission import Admission
from kubedx.remedy.placement import Placement, is_meant_for
from kubedx.remedy.start import gated_status, started_status, unscheduled_status

MAX_PODS = 30
"""Pods that are made of one workload at most: what the thirtieth suffers, the others have said."""

SUFFIX = "preview"
"""Behind the name of what does not exist yet."""

Workload = Deployment | StatefulSet | DaemonSet | ReplicaSet | ReplicationController | Job | CronJob
WORKLOADS = (Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job, CronJob)


class Rollout:
    """Makes pods of workloads, one workload after another, on the nodes and within the quotas of an inventory that has none of them."""

    def __init__(self, inventory: Inventory, admission: Admission, since: datetime, unpullable: dict[str, str]) -> None:
        self._inventory = inventory
        self._admission = admission
        self._placement = Placement(inventory)
        self._since = since
        self._unpullable = unpullable

    def of(self, workload: KubeObject, keep: tuple[Pod, ...] = ()) -> tuple[KubeObject, ...]:
        """The workload with its new status, and what it would make. `keep` are pods of the old template, which serve until the new do."""
        match workload:
            case Deployment():
                made = self._deployment(workload, keep)
            case CronJob():
                made = (workload, *(() if workload.spec.suspend else self._job(_job_of(workload, self._since))))
            case Job():
                made = self._job(workload)
            case ReplicaSet():
                made = self._replica_set(workload)
            case StatefulSet() | DaemonSet() | ReplicationController():
                made = self._controller(workload)
            case Pod():
                made = (self._run(workload),)
            case _:
                made = (workload,)
        return made

    def _deployment(self, deployment: Deployment, keep: tuple[Pod, ...]) -> tuple[KubeObject, ...]:
        spec = deployment.spec
        replica_set = ReplicaSet(
            metadata=msgspec.structs.replace(
                _metadata(deployment, f"{deployment.name}-{SUFFIX}", self._since, spec.template.metadata.labels),
                annotations={"deployment.kubernetes.io/revision": "1000000"},
            ),
            spec=ReplicaSetSpec(replicas=spec.replicas, selector=spec.selector, template=spec.template),
        )
        made = self._replica_set(replica_set)
        ready, extra = _ready(made), 0
        if ready < spec.replicas and keep and spec.strategy.type != "Recreate":
            # A rolling update goes no further than its first pod that does not become ready.
            first = next((one for one in made if isinstance(one, Pod)), None)
            made = (*(one for one in made if not isinstance(one, Pod)), *((first,) if first else ()))
            ready = len(keep)
            extra = 1
        available = "True" if ready >= min(spec.replicas, max(1, len(keep))) or not spec.replicas else "False"
        reason = "MinimumReplicasAvailable" if available == "True" else "MinimumReplicasUnavailable"
        condition = DeploymentCondition(type="Available", status=available, reason=reason, last_transition_time=self._since)
        status = DeploymentStatus(
            observed_generation=deployment.metadata.generation,
            replicas=spec.replicas + extra,
            updated_replicas=extra or spec.replicas,
            ready_replicas=ready,
            available_replicas=ready,
            unavailable_replicas=max(spec.replicas - ready, 0),
            conditions=(condition,),
        )
        return (msgspec.structs.replace(deployment, status=status), *made)

    def _replica_set(self, replica_set: ReplicaSet) -> tuple[KubeObject, ...]:
        pods, refusal = self._pods(replica_set, min(replica_set.spec.replicas, MAX_PODS))
        failure = KubeCondition(
            type="ReplicaFailure", status="True", reason="FailedCreate", message=refusal, last_transition_time=self._since
        )
        ready = _all_or(replica_set.spec.replicas, pods)
        status = ReplicaSetStatus(
            observed_generation=replica_set.metadata.generation,
            replicas=len(pods) if refusal else replica_set.spec.replicas,
            ready_replicas=ready,
            available_replicas=ready,
            conditions=(failure,) if refusal else (),
        )
        return (msgspec.structs.replace(replica_set, status=status), *pods)

    def _controller(self, workload: StatefulSet | DaemonSet | ReplicationController) -> tuple[KubeObject, ...]:
        nodes = self._nodes_for(workload) if isinstance(workload, DaemonSet) else ()
        wanted = len(nodes) if isinstance(workload, DaemonSet) else workload.spec.replicas
        pods, refusal = self._pods(workload, min(wanted, MAX_PODS), nodes)
        made = len(pods) if refusal else wanted
        ready = _all_or(wanted, pods)
        generation = workload.metadata.generation
        changed: KubeObject
        match workload:
            case StatefulSet():
                status = StatefulSetStatus(
                    observed_generation=generation,
                    replicas=made,
                    ready_replicas=ready,
                    available_replicas=ready,
                    current_replicas=made,
                    updated_replicas=made,
                )
                changed = msgspec.structs.replace(workload, status=status)
            case DaemonSet():
                daemons = DaemonSetStatus(
                    observed_generation=generation,
                    desired_number_scheduled=wanted,
                    current_number_scheduled=made,
                    updated_number_scheduled=made,
                    number_ready=ready,
                    number_available=ready,
                    number_unavailable=wanted - ready,
                )
                changed = msgspec.structs.replace(workload, status=daemons)
            case ReplicationController():
                old = msgspec.structs.replace(
                    workload.status, observed_generation=generation, replicas=made, ready_replicas=ready, available_replicas=ready
                )
                changed = msgspec.structs.replace(workload, status=old)
        return (changed, *pods, *self._failure_events(workload, refusal))

    def _job(self, job: Job) -> tuple[KubeObject, ...]:
        wanted = 0 if job.spec.suspend else 1
        pods, refusal = self._pods(job, wanted)
        status = JobStatus(active=len(pods), ready=_ready(pods), start_time=self._since)
        return (msgspec.structs.replace(job, status=status), *pods, *self._failure_events(job, refusal))

    def _pods(self, owner: KubeObject, count: int, nodes: tuple[str, ...] = ()) -> tuple[tuple[Pod, ...], str]:
        """The pods that would be created, and why the next would not be, if so."""
        pods: list[Pod] = []
        for number in range(count):
            pod = self._pod(owner, number, nodes)
            refusal = self._admission.refusal(pod)
            if refusal:
                return tuple(pods), refusal
            pods.append(self._run(pod))
        return tuple(pods), ""

    def _pod(self, owner: KubeObject, number: int, nodes: tuple[str, ...]) -> Pod:
        template = pod_template(owner) or PodTemplateSpec()
        spec = template.spec
        name = f"{owner.name.removesuffix(f'-{SUFFIX}')}-{SUFFIX}-{number}"
        if isinstance(owner, StatefulSet):
            name = f"{owner.name}-{(owner.spec.ordinals.start if owner.spec.ordinals else 0) + number}"
            spec = msgspec.structs.replace(spec, volumes=(*spec.volumes, *_claimed(owner, name)))
        if nodes:
            spec = msgspec.structs.replace(spec, node_name=nodes[number])
        metadata = _metadata(owner, name, self._since, template.metadata.labels)
        return Pod(metadata=msgspec.structs.replace(metadata, annotations=template.metadata.annotations), spec=spec)

    def _run(self, pod: Pod) -> Pod:
        if pod.spec.scheduling_gates:
            return msgspec.structs.replace(pod, status=gated_status(self._since))
        placed = self._placement.place(pod)
        if placed.refusal:
            spec = msgspec.structs.replace(pod.spec, node_name="")
            return msgspec.structs.replace(pod, spec=spec, status=unscheduled_status(placed.refusal, self._since))
        spec = msgspec.structs.replace(pod.spec, node_name=pod.spec.node_name or placed.node)
        return msgspec.structs.replace(pod, spec=spec, status=started_status(pod, self._inventory, self._since, self._unpullable))

    def _nodes_for(self, daemon_set: DaemonSet) -> tuple[str, ...]:
        spec = daemon_set.spec.template.spec
        return tuple(node.name for node in self._inventory.list(Node) if is_meant_for(spec, node))

    def _failure_events(self, workload: KubeObject, refusal: str) -> Iterator[Event]:
        if refusal:
            kind, name, namespace = workload.kind, workload.name, workload.namespace
            yield Event(
                metadata=ObjectMeta(name=f"{name}.{SUFFIX}", namespace=namespace, creation_timestamp=self._since),
                involved_object=ObjectReference(
                    api_version=kind.api_version, kind=kind.kind, name=name, namespace=namespace, uid=workload.uid
                ),
                reason="FailedCreate",
                message=f"Error creating: {refusal}",
                type="Warning",
                count=1,
                first_timestamp=self._since,
                last_timestamp=self._inventory.now,
            )


def new_uid(kind: str, namespace: str, name: str) -> str:
    """An identity for what does not exist yet."""
    return f"{SUFFIX}/{kind}/{namespace}/{name}"


def claim_name(template: str, pod: str) -> str:
    """The name of the claim that a StatefulSet makes for a pod."""
    return f"{template}-{pod}"


def _claimed(stateful_set: StatefulSet, pod: str) -> Iterator[Volume]:
    for template in stateful_set.spec.volume_claim_templates:
        source = PersistentVolumeClaimVolumeSource(claim_name=claim_name(template.metadata.name, pod))
        yield Volume(name=template.metadata.name, persistent_volume_claim=source)


def _job_of(cron_job: CronJob, since: datetime) -> Job:
    template = cron_job.spec.job_template
    return Job(metadata=_metadata(cron_job, f"{cron_job.name}-{SUFFIX}", since, template.metadata.labels), spec=template.spec)


def _metadata(owner: KubeObject, name: str, since: datetime, labels: dict[str, str]) -> ObjectMeta:
    kind = owner.kind
    made_by = OwnerReference(api_version=kind.api_version, kind=kind.kind, name=owner.name, uid=owner.uid, controller=True)
    return ObjectMeta(
        name=name,
        namespace=owner.namespace,
        uid=new_uid(kind.kind, owner.namespace, name),
        generation=1,
        creation_timestamp=since,
        labels=labels,
        owner_references=(made_by,),
    )


def _ready(made: tuple[KubeObject, ...]) -> int:
    return sum(is_ready(one) for one in made if isinstance(one, Pod))


def _all_or(wanted: int, pods: tuple[Pod, ...]) -> int:
    """How many are ready: all that are wanted where all that were made are, since no more than `MAX_PODS` are made."""
    ready = _ready(pods)
    return wanted if ready == min(wanted, MAX_PODS) else ready
