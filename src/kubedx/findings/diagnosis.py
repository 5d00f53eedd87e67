"""The diagnosis of a cluster, and the results list that k8sgpt's consumers read."""

from datetime import datetime

import msgspec

from kubedx.findings.coverage import Coverage
from kubedx.findings.focus import Focus
from kubedx.findings.incident import Incident
from kubedx.findings.suppression import Suppressed
from kubedx.kube import ClusterInfo


class Sensitive(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """A masked word in k8sgpt's output. kubedx never writes the unmasked one, so there are none."""

    unmasked: str
    masked: str


class ResultError(msgspec.Struct, frozen=True, gc=False):
    """One fault in k8sgpt's output. The keys are spelt as k8sgpt spells them."""

    text: str = msgspec.field(name="Text")
    kubernetes_doc: str = msgspec.field(name="KubernetesDoc", default="")
    sensitive: tuple[Sensitive, ...] | None = msgspec.field(name="Sensitive", default=None)


class Result(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One faulty object in k8sgpt's output, under its names of kinds and objects."""

    kind: str
    name: str
    error: tuple[ResultError, ...]
    details: str = ""
    parent_object: str = ""


class Preflight(msgspec.Struct, frozen=True):
    """How many objects somebody means to apply, what the API server would refuse of them, and what it would take though it is probably a
    slip; each in a sentence, which stands among the diagnosis's errors too.
    """

    objects: int
    refused: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a report can show."""

    cluster: ClusterInfo
    scanned_at: datetime
    platform: str = ""
    """What the cluster runs on, `EKS` for example; empty where nothing tells it."""
    incidents: tuple[Incident, ...]
    results: tuple[Result, ...]
    coverage: Coverage
    suppressed: tuple[Suppressed, ...] = ()
    """Incidents that somebody has said need not be reported."""
    focus: Focus | None = None
    """The object that was asked about; the incidents are then those that concern it."""
    preflight: Preflight | None = None
    """What somebody means to apply; the incidents are then those that it would cause."""
    hidden: int = 0
    """Incidents below the asked level, which are not shown."""
    provider: str = ""
    """The backend that explained, empty without one."""
    errors: tuple[str, ...] = ()
    """Warnings about the run, each one sentence: a backend that failed, an unknown filter."""

    @property
    def problems(self) -> int:
        """The number of errors in all results."""
        return sum(len(result.error) for result in self.results)
