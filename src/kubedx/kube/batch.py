"""Jobs and CronJobs."""

from typing import ClassVar

from kubedx.kube.event import ObjectReference
from kubedx.kube.object import Condition, KubeObject, ObjectMeta, Struct, Timestamp
from kubedx.kube.pod import PodTemplateSpec
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class JobCondition(Condition, frozen=True):
    """A condition of a Job."""

    last_probe_time: Timestamp | None = None


class PodFailurePolicyOnExitCodes(Struct, frozen=True):
    """The exit codes that a rule covers; an empty container name is any."""

    container_name: str = ""
    operator: str = ""
    values: tuple[int, ...] = ()


class PodFailurePolicyOnPodCondition(Struct, frozen=True):
    """The pod condition that a rule covers."""

    status: str = "True"
    type: str = ""


class PodFailurePolicyRule(Struct, frozen=True):
    """What a failed pod means for its Job."""

    action: str = ""
    on_exit_codes: PodFailurePolicyOnExitCodes | None = None
    on_pod_conditions: tuple[PodFailurePolicyOnPodCondition, ...] = ()


class PodFailurePolicy(Struct, frozen=True):
    """Rules of which the first that matches counts."""

    rules: tuple[PodFailurePolicyRule, ...] = ()


class SuccessPolicyRule(Struct, frozen=True):
    """When a Job counts as done before all indexes are."""

    succeeded_count: int | None = None
    succeeded_indexes: str = ""


class SuccessPolicy(Struct, frozen=True):
    """Rules of which one must match."""

    rules: tuple[SuccessPolicyRule, ...] = ()


class JobSpec(Struct, frozen=True):
    """What a Job is to do."""

    active_deadline_seconds: int | None = None
    backoff_limit: int = 6
    backoff_limit_per_index: int | None = None
    completion_mode: str = "NonIndexed"
    completions: int | None = None
    managed_by: str = ""
    manual_selector: bool = False
    max_failed_indexes: int | None = None
    parallelism: int = 1
    pod_failure_policy: PodFailurePolicy | None = None
    pod_replacement_policy: str = ""
    selector: LabelSelector | None = None
    success_policy: SuccessPolicy | None = None
    suspend: bool = False
    template: PodTemplateSpec = PodTemplateSpec()
    ttl_seconds_after_finished: int | None = None


class JobStatus(Struct, frozen=True):
    """How far a Job is."""

    active: int = 0
    completed_indexes: str = ""
    completion_time: Timestamp | None = None
    conditions: tuple[JobCondition, ...] = ()
    failed: int = 0
    failed_indexes: str = ""
    ready: int | None = None
    start_time: Timestamp | None = None
    succeeded: int = 0
    terminating: int | None = None


class Job(KubeObject, frozen=True):
    """A Job. https://kubernetes.io/docs/concepts/workloads/controllers/job/"""

    KIND: ClassVar[Kind] = Kind("batch/v1", "Job", "jobs")

    spec: JobSpec = JobSpec()
    status: JobStatus = JobStatus()


class JobTemplateSpec(Struct, frozen=True):
    """What a CronJob makes its Jobs from."""

    metadata: ObjectMeta = ObjectMeta()
    spec: JobSpec = JobSpec()


class CronJobSpec(Struct, frozen=True):
    """When a CronJob makes a Job."""

    concurrency_policy: str = "Allow"
    failed_jobs_history_limit: int = 1
    job_template: JobTemplateSpec = JobTemplateSpec()
    schedule: str = ""
    starting_deadline_seconds: int | None = None
    successful_jobs_history_limit: int = 3
    suspend: bool = False
    time_zone: str = ""


class CronJobStatus(Struct, frozen=True):
    """The Jobs that run, and when the last began."""

    active: tuple[ObjectReference, ...] = ()
    last_schedule_time: Timestamp | None = None
    last_successful_time: Timestamp | None = None


class CronJob(KubeObject, frozen=True):
    """A CronJob. https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/"""

    KIND: ClassVar[Kind] = Kind("batch/v1", "CronJob", "cronjobs")

    spec: CronJobSpec = CronJobSpec()
    status: CronJobStatus = CronJobStatus()
