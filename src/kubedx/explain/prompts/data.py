"""What a prompt tells of an incident: quoted, masked, bounded, and fenced."""

import hashlib
import re
from collections.abc import Iterator

import msgspec

from kubedx.explain.clean import clean_text
from kubedx.explain.playbook import explain_by_playbook
from kubedx.findings import Change, Evidence, EvidenceType, FieldDoc, Incident
from kubedx.kube import pattern_of
from kubedx.redact import Redactor, SafeText, compose, fixed, join, shorten

# What a model might take for the end of the data, for a role, or for a control token of its chat template.
_FENCE_LIKE = pattern_of(
    r"<(?=\s*/?\s*(?:data|playbook|system|user|assistant|human|tool|instructions?|think|s>|im_))|<(?=\|)|(?<=\|)>|\[(?=/?INST\])",
    re.IGNORECASE,
)
_DEFUSED = {"<": "‹", ">": "›", "[": "("}


class Limits(msgspec.Struct, frozen=True):
    """How much of an incident is told: how many pieces of each sort, and characters of one."""

    evidence: int
    evidence_length: int
    docs: int
    symptoms: int
    changes: int
    excerpts: int
    excerpt_length: int
    rivals: int
    total: int


FULL = Limits(evidence=24, evidence_length=600, docs=8, symptoms=12, changes=8, excerpts=6, excerpt_length=1500, rivals=3, total=14_000)
COMPACT = Limits(evidence=10, evidence_length=300, docs=3, symptoms=5, changes=4, excerpts=2, excerpt_length=600, rivals=1, total=5_000)
SHORT = Limits(evidence=3, evidence_length=200, docs=1, symptoms=0, changes=1, excerpts=0, excerpt_length=0, rivals=0, total=900)


def incident_data(incident: Incident, redactor: Redactor, limits: Limits) -> SafeText:
    """The incident in lines of text, at most `limits.total` characters and the line that passes it."""
    kept: list[SafeText] = []
    length = 0
    for line in _Teller(redactor, limits).lines(incident):
        kept.append(line)
        length += len(line) + 1
        if length > limits.total:
            break
    return join("\n", kept)


def playbook_data(incident: Incident, language: str, redactor: Redactor) -> SafeText:
    """The playbook's explanation in lines of text."""
    advice = explain_by_playbook(incident, language, value_limit=0)
    steps = [f"{number}. {clean_text(step)}" for number, step in enumerate(advice.steps, 1)]
    return join("\n", [shorten(redactor.mask(defuse(line)), 700) for line in (advice.summary, *steps)])


def quoted(text: str, redactor: Redactor, limit: int) -> SafeText:
    """Untrusted text as one line: cleaned, defused, masked, and cut only then."""
    return shorten(redactor.mask(defuse(clean_text(text))), limit, one_line=True)


def fenced(name: SafeText, data: SafeText, seal: SafeText) -> SafeText:
    """Data between fences that it cannot close."""
    return compose("<{name} {seal}>\n{data}\n</{name} {seal}>", name=name, data=data, seal=seal)


def seal_of(*data: SafeText) -> SafeText:
    """The seal of a prompt's fences: 8 hex digits of the digest of everything inside them."""
    return Redactor().mask(hashlib.sha256("\x00".join(data).encode()).hexdigest()[:8])


def defuse(text: str) -> str:
    """Text without what looks like a fence, a role or a control token; the reader still sees what it was."""
    return _FENCE_LIKE.sub(lambda match: _DEFUSED[match[0]], text).replace("```", "'''")


class _Teller:
    def __init__(self, redactor: Redactor, limits: Limits) -> None:
        self._redactor, self._limits = redactor, limits

    def lines(self, incident: Incident) -> Iterator[SafeText]:
        root = incident.root_cause
        yield compose("root cause: {text}", text=self._line(root.message, 600))
        yield compose("on: {text}", text=self._line(f"{root.subject}, {root.part}".removesuffix(", "), 300))
        if root.cause is not None:
            yield compose("object to change: {text}", text=self._line(str(root.cause), 300))
        yield compose("confidence: {text}", text=self._line(incident.confidence, 20))
        yield fixed("evidence:")
        for piece in incident.evidence[: self._limits.evidence]:
            yield compose(
                "[{id}] {source}: {value}",
                id=self._line(piece.id, 10),
                source=self._line(_source(piece), 300),
                value=self._line(piece.value, self._limits.evidence_length),
            )
        for doc in incident.documentation[: self._limits.docs]:
            yield compose(
                "the API says of {field}: {text}",
                field=self._line(f"{doc.kind} {doc.path}", 200),
                text=quoted(doc.text, Redactor() if _is_public(doc) else self._redactor, self._limits.evidence_length),
            )
        yield from self._around(incident)

    def _around(self, incident: Incident) -> Iterator[SafeText]:
        limits = self._limits
        for change in incident.changed[: limits.changes]:
            yield self._change(change)
        for symptom in incident.symptoms[: limits.symptoms]:
            yield compose(
                "follows from it: {ref}: {text}", ref=self._line(str(symptom.subject), 200), text=self._line(symptom.message, 300)
            )
        if len(incident.symptoms) > limits.symptoms > 0:
            yield fixed("follows from it: more of the same kind")
        for rival in incident.rivals[: limits.rivals]:
            yield compose("less sure, but possible: {text}", text=self._line(rival.root_cause.message, 300))
        for excerpt in incident.dossier.excerpts[: limits.excerpts]:
            where = self._line(f"{excerpt.ref} {excerpt.path}", 300)
            text = shorten(self._redactor.mask(defuse(clean_text(excerpt.text))), limits.excerpt_length)
            yield compose("excerpt of {where}:\n{text}", where=where, text=text)

    def _change(self, change: Change) -> SafeText:
        return compose(
            "changed before it began: {where}: {before} -> {after}, by {author}",
            where=self._line(f"{change.ref} {change.path}", 300),
            before=self._line(change.before or "(nothing)", 200),
            after=self._line(change.after or "(nothing)", 200),
            author=self._line(change.by or "(unknown)", 60),
        )

    def _line(self, text: str, limit: int) -> SafeText:
        return quoted(text, self._redactor, limit)


def _is_public(doc: FieldDoc) -> bool:
    """Whether the API is of Kubernetes itself, so that no name in its documentation is one of this cluster."""
    group = doc.api_version.rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def _source(piece: Evidence) -> str:
    what = f"event {piece.reason}" if piece.type == EvidenceType.EVENT else f"{piece.type} {piece.path}"
    return f"{what} of {piece.ref}"


DATA = fixed("data")
PLAYBOOK = fixed("playbook")
