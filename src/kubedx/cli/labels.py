"""Label selectors as kubectl takes them: `app=web`, `tier!=db`, `env in (test,stage)`, `canary`, `!canary`.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
"""

import re

from kubedx.errors import UsageError
from kubedx.kube import LabelSelector, LabelSelectorRequirement

_NAME = r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?"
_KEY = rf"(?P<key>(?:{_NAME}/)?{_NAME})"
_TERMS = (
    ("In", re.compile(rf"{_KEY}\s*(?:==|=)\s*(?P<values>(?:{_NAME})?)")),
    ("NotIn", re.compile(rf"{_KEY}\s*!=\s*(?P<values>(?:{_NAME})?)")),
    ("In", re.compile(rf"{_KEY}\s+in\s*\((?P<values>[^()]*)\)")),
    ("NotIn", re.compile(rf"{_KEY}\s+notin\s*\((?P<values>[^()]*)\)")),
    ("Exists", re.compile(_KEY)),
    ("DoesNotExist", re.compile(rf"!\s*{_KEY}")),
)
_COMMA = re.compile(r",(?![^()]*\))")


def parse_selector(text: str) -> LabelSelector | None:
    """The selector, None for an empty text. Raises UsageError with the term that is not understood."""
    if not text.strip():
        return None
    return LabelSelector(match_expressions=tuple(_requirement(term.strip(), text) for term in _COMMA.split(text)))


def _requirement(term: str, text: str) -> LabelSelectorRequirement:
    for operator, pattern in _TERMS:
        match = pattern.fullmatch(term)
        if match is not None:
            values = match.groupdict().get("values")
            listed = tuple(value.strip() for value in values.split(",")) if values is not None else ()
            return LabelSelectorRequirement(key=match["key"], operator=operator, values=listed)
    raise UsageError(f'--selector "{text}": "{term}" is no requirement on a label; write it like app=web or "env in (test,stage)"')
