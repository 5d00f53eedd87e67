"""The door through which text becomes SafeText."""

import re
from collections.abc import Iterator

import msgspec

from kubedx.findings import Incident
from kubedx.kube import Ref
from kubedx.redact.names import Names
from kubedx.redact.safetext import SafeText, sealed
from kubedx.redact.secrets import MASK, secret_spans

MAX_LENGTH = 256 * 1024
"""Characters of one text that are looked at; what follows is cut away, unseen."""

_CONTAINER = re.compile(r"(?:\w+ )?container \"?([a-z0-9-]+)\"?")


class Redactor:
    """Masks secrets always; names, namespaces, hosts and addresses too when it was made with `names`."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names

    @classmethod
    def for_incident(cls, incident: Incident, *, anonymize: bool) -> "Redactor":
        """The redactor for all text about one incident."""
        if not anonymize:
            return cls()
        return cls(Names(_identifiers(incident), msgspec.json.encode(incident).decode("utf-8", "replace")))

    def mask(self, text: str) -> SafeText:
        """The text without what must not leave. Lone surrogates, which no wire can carry, become question marks."""
        text = text[:MAX_LENGTH].encode("utf-8", "replace").decode("utf-8")
        pieces: list[str] = []
        end = 0
        for start, stop in secret_spans(text):
            pieces += (self._mask_names(text[end:start]), MASK)
            end = stop
        return sealed("".join([*pieces, self._mask_names(text[end:])]))

    def unmask(self, text: str) -> str:
        """A model's answer with the real names in place, for display on this machine. Secrets stay masked."""
        return self._names.unmask(text) if self._names else text

    def _mask_names(self, text: str) -> str:
        return self._names.mask(text) if self._names else text


def _identifiers(incident: Incident) -> Iterator[tuple[str, str]]:
    """(kind, name) of everything in an incident that has a name."""
    for ref in _refs(incident):
        yield "namespace", ref.namespace
        yield ("namespace" if ref.kind == "Namespace" else ref.kind.lower()), ref.name
    for part in (incident.root_cause.part, *(symptom.part for symptom in incident.symptoms)):
        container = _CONTAINER.fullmatch(part)
        if container:
            yield "container", container[1]


def _refs(incident: Incident) -> Iterator[Ref]:
    for root_cause in (incident.root_cause, *(rival.root_cause for rival in incident.rivals)):
        yield from (root_cause.observed, root_cause.subject)
        if root_cause.cause is not None:
            yield root_cause.cause
        yield from (piece.ref for piece in root_cause.evidence)
    for symptom in incident.symptoms:
        yield symptom.subject
        yield from (piece.ref for piece in symptom.evidence)
    yield from incident.affected
    yield from (change.ref for change in incident.changed)
    yield from (fix.ref for fix in incident.fixes)
    yield from (excerpt.ref for excerpt in incident.dossier.excerpts)
