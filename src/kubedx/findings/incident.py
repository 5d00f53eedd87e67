"""An incident: one root cause, with everything that follows from it."""

from datetime import datetime

import msgspec

from kubedx.findings.finding import Evidence, Finding
from kubedx.findings.scale import Confidence, Severity
from kubedx.kube import Ref


class RootCause(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What to act on: a finding, with its subject folded to the top owner.

    `observed` is the finding's own subject (a pod of the owner), `values` its words for the playbook.
    """

    code: str
    subject: Ref
    part: str = ""
    cause: Ref | None = None
    message: str
    evidence: tuple[Evidence, ...]
    observed: Ref
    values: dict[str, str] = {}


class Rival(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Another root cause that would explain symptoms of the incident, less sure.

    `explains` are those symptoms by id, and `root` where it would explain the root cause itself, on some of its objects only. One of the
    symptoms may be a rival itself: it may have a reason of its own. `decide` is a command that only reads, and whose output tells
    which cause it was.
    """

    confidence: Confidence
    root_cause: RootCause
    explains: tuple[str, ...] = ()
    decide: str = ""


class Symptom(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A finding that the root cause explains. `because` names what it follows from: `root`, or other symptoms by id."""

    id: str
    code: str
    subject: Ref
    part: str = ""
    message: str
    evidence: tuple[Evidence, ...]
    because: tuple[str, ...] = ("root",)


class Change(msgspec.Struct, frozen=True, gc=False, order=True, rename="camel"):
    """A change that came before the first symptom."""

    when: datetime
    ref: Ref
    path: str
    before: str
    after: str
    by: str


class FieldChange(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """A field, and the value to put in place of the one that it has (empty: none)."""

    path: str
    before: str
    after: str


class Fix(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A change of fields that would mend the root cause. Nobody makes it but a human.

    `patch` is a JSON patch (RFC 6902) that tests what it replaces; `command` does the same with kubectl (empty where
    the object is only a manifest). `checked`: the change
    was made on what was read of the cluster, and by the same rules the fault was gone and no new one had come. `managed_by` would
    undo it: Argo CD, Flux, Helm.
    """

    ref: Ref
    changes: tuple[FieldChange, ...]
    patch: str
    command: str
    checked: bool
    managed_by: str = ""


class ExplanationUsage(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a model's explanation took. `seconds` and `cost` (dollars) are None where not known; `cached`: it was paid for earlier."""

    seconds: float | None = None
    prompt_tokens: int = 0
    answer_tokens: int = 0
    cost: float | None = None
    cached: bool = False


class Explanation(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What happened and what to do, by the playbook or a model.

    `source` is `playbook` or `<backend>/<model>`; `citations` are evidence ids of the incident; `dropped` counts
    claims that were left out because what they cite does not exist.
    """

    source: str
    language: str
    summary: str
    steps: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    dropped: int = 0
    usage: ExplanationUsage | None = None
    """None of the playbook's, which takes nothing."""


class Excerpt(msgspec.Struct, frozen=True, gc=False):
    """A part of an object that matters, as compact YAML or JSON text."""

    ref: Ref
    path: str
    text: str


class Dossier(msgspec.Struct, frozen=True):
    """The excerpts of specs that a reader of the incident wants at hand; so that `explain` needs no inventory."""

    excerpts: tuple[Excerpt, ...] = ()


class FieldDoc(msgspec.Struct, frozen=True, rename="camel"):
    """What the API says of a field. `path` has no keys (`spec.containers.image`); `evidence` are the ids of the pieces that quote it."""

    api_version: str
    kind: str
    path: str
    text: str
    evidence: tuple[str, ...]


class Incident(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One root cause with its symptoms, ranked (1 is the one to act on first).

    `documentation` is there with `--with-doc` alone. `dossier` and `findings`, which are all that was folded into the incident, are for
    other rooms and no part of its JSON.
    """

    id: str
    rank: int
    severity: Severity
    confidence: Confidence
    title: str
    since: datetime | None = None
    root_cause: RootCause
    rivals: tuple[Rival, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    affected: tuple[Ref, ...] = ()
    entry_points: tuple[Ref, ...] = ()
    """Those behind which nothing is left: an Ingress, a route, a LoadBalancer, the cluster's DNS."""
    changed: tuple[Change, ...] = ()
    fixes: tuple[Fix, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    documentation: tuple[FieldDoc, ...] = ()
    dossier: Dossier = Dossier()
    findings: tuple[Finding, ...] = ()

    @property
    def breadth(self) -> int:
        """How many objects feel it."""
        return len(self.affected)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every piece of evidence of the incident once, the root cause's first."""
        pieces = self.root_cause.evidence + tuple(piece for symptom in self.symptoms for piece in symptom.evidence)
        return tuple(dict.fromkeys(pieces))
