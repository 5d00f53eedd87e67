"""The door through which text becomes SafeText."""

from kubedx.findings import Incident
from kubedx.redact.incident_names import names_of
from kubedx.redact.safetext import SafeText, sealed
from kubedx.redact.secrets import MASK, secret_spans
from kubedx.redact.stand_in_names import Names

MAX_LENGTH = 256 * 1024
"""Characters of one text that are looked at; what follows is cut away, unseen."""


class Redactor:
    """Masks secrets always; names, namespaces, hosts and addresses too when it was made with `names`."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names

    @classmethod
    def for_incident(cls, incident: Incident, *, anonymize: bool) -> "Redactor":
        """The redactor for all text about one incident."""
        if not anonymize:
            return cls()
        return cls(Names(names_of(incident)))

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
