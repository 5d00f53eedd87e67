"""Prompts of the user's own, in the form of k8sgpt's: by kind, with two slots, the language and the data."""

from kubedx.errors import ConfigError
from kubedx.findings import Incident
from kubedx.kube import pattern_of
from kubedx.redact import Redactor, SafeText, join

Templates = tuple[tuple[str, str], ...]
"""Kind and template; `default` is for every kind that has none."""

DEFAULT = "default"
_SLOT = pattern_of(r"%s|\{(?:language|data)\}")
_POSITIONS = ("{language}", "{data}")


def check_templates(templates: Templates) -> None:
    """Raise ConfigError for a template without exactly one slot for the language and one for the data."""
    for kind, text in templates:
        slots = _slots(text)
        if sorted(slots) != sorted(_POSITIONS):
            raise ConfigError(
                f"the prompt for {kind} under ai.prompts needs exactly two slots, the language and then the data: "
                "write %s twice, or {language} and {data}"
            )


def template_for(incident: Incident, templates: Templates) -> str | None:
    """The user's template for the kind on which the incident was seen, else of its owner, else `default`."""
    by_kind = {kind.lower(): text for kind, text in templates}
    root = incident.root_cause
    kinds = (root.observed.kind, root.subject.kind, DEFAULT)
    return next((by_kind[kind.lower()] for kind in kinds if kind.lower() in by_kind), None)


def fill_template(template: str, redactor: Redactor, language: SafeText, data: SafeText) -> SafeText:
    """The template with its slots filled. Its own words are masked like any others."""
    given = dict(zip(_POSITIONS, (language, data), strict=True))
    words = [redactor.mask(part) for part in _SLOT.split(template.strip())]
    parts = [words[0]]
    for slot, after in zip(_slots(template), words[1:], strict=True):
        parts += (given[slot], after)
    return join("", parts)


def _slots(template: str) -> list[str]:
    """The slots by name, in their order; `%s` is the language first, then the data, as in k8sgpt."""
    names = iter((*_POSITIONS, *["%s"] * 100))
    return [next(names) if slot == "%s" else slot for slot in _SLOT.findall(template)[:100]]
