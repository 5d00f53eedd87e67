"""Label selectors, and what they select.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from collections.abc import Iterator, Mapping, Sequence

from kubedx.kube.object import Struct
from kubedx.kube.pattern import pattern_of


class LabelSelectorRequirement(Struct, frozen=True):
    """One requirement on a label: `operator` is In, NotIn, Exists or DoesNotExist (in the string form Gt and Lt too)."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Struct, frozen=True):
    """Requirements on labels that must all hold. Empty selects everything; None, where a selector may be absent, nothing."""

    match_expressions: tuple[LabelSelectorRequirement, ...] = ()
    match_labels: dict[str, str] = {}


def has_labels(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether all wanted labels are there with their values; true where none is wanted."""
    return all(labels.get(key) == value for key, value in wanted.items())


def selects(selector: LabelSelector | None, labels: Mapping[str, str]) -> bool:
    """Whether a selector selects an object with these labels. None selects nothing, an empty selector everything.

    A requirement with an operator that does not exist holds for nothing.
    """
    if selector is None:
        return False
    return has_labels(labels, selector.match_labels) and all(
        requirement_holds(each.operator, labels.get(each.key), each.values) for each in selector.match_expressions
    )


def requirement_holds(operator: str, value: str | None, wanted: Sequence[str]) -> bool:
    """Whether one requirement of a label or node selector holds for a value; None is a label that is absent.

    NotIn holds where the label is absent. Gt and Lt compare integers, and hold for nothing else.
    Source: k8s.io/apimachinery/pkg/labels/selector.go, Requirement.Matches.
    """
    match operator:
        case "In":
            return value is not None and value in wanted
        case "NotIn":
            return value is None or value not in wanted
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt":
            return value is not None and _compares(operator, value, wanted)
        case _:
            return False


_INTEGER = pattern_of(r"[+-]?[0-9]{1,19}")


def _compares(operator: str, value: str, wanted: Sequence[str]) -> bool:
    if len(wanted) != 1 or not _INTEGER.fullmatch(value) or not _INTEGER.fullmatch(wanted[0]):
        return False
    return int(value) > int(wanted[0]) if operator == "Gt" else int(value) < int(wanted[0])


_TOKEN = pattern_of(r"\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)")
_NAME = pattern_of(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_DOMAIN = pattern_of(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*")
_LONGEST_DOMAIN = 253
_SIGNS = {"=": "In", "==": "In", "!=": "NotIn", ">": "Gt", "<": "Lt"}
_SETS = {"in": "In", "notin": "NotIn"}


def parse_selector(text: str) -> LabelSelector:
    """The selector that `kubectl -l` writes: `app=cart,tier in (web, api),!canary`; empty text selects everything.

    Raises ValueError with one sentence that names what is wrong.
    Source: k8s.io/apimachinery/pkg/labels/selector.go, Parse.
    """
    tokens = [match.group(1) for match in _TOKEN.finditer(text)]
    requirements = []
    while tokens:
        requirements.append(_requirement(tokens, text))
        if tokens and (tokens.pop(0) != "," or not tokens):
            raise ValueError(f"selector {text!r} needs a comma between its requirements, and none at its end")
    return LabelSelector(match_expressions=tuple(requirements))


def _requirement(tokens: list[str], text: str) -> LabelSelectorRequirement:
    """Take one requirement off the front of the tokens."""
    absent = tokens[0] == "!"
    if absent:
        tokens.pop(0)
    key = _checked_key(tokens.pop(0) if tokens else "", text)
    following = tokens[0] if tokens else ","
    if following == "," or absent:
        return LabelSelectorRequirement(key=key, operator="DoesNotExist" if absent else "Exists")
    tokens.pop(0)
    if following in _SETS:
        return LabelSelectorRequirement(key=key, operator=_SETS[following], values=tuple(_set_of_values(tokens, text)))
    if following not in _SIGNS:
        raise ValueError(f"selector {text!r} has {following!r} where an operator must stand after {key!r}")
    value = tokens.pop(0) if tokens and tokens[0] != "," else ""
    operator = _SIGNS[following]
    if operator in {"Gt", "Lt"} and not _INTEGER.fullmatch(value):
        raise ValueError(f"selector {text!r} compares {key!r} with {value!r}, which is no integer")
    return LabelSelectorRequirement(key=key, operator=operator, values=(_checked_value(value, text),))


def _set_of_values(tokens: list[str], text: str) -> Iterator[str]:
    """Take `(a, b)` off the front of the tokens. Between two commas stands an empty value, as in the API server."""
    if not tokens or tokens.pop(0) != "(" or ")" not in tokens:
        raise ValueError(f"selector {text!r} has a set of values that is not in parentheses")
    end = tokens.index(")")
    inside, tokens[: end + 1] = tokens[:end], []
    value = ""
    for position, word in enumerate(inside):
        if word == ",":
            yield value
            value = ""
        elif position and inside[position - 1] != ",":
            raise ValueError(f"selector {text!r} needs a comma between its values")
        else:
            value = _checked_value(word, text)
    yield value


def _checked_key(key: str, text: str) -> str:
    prefix, slash, name = key.rpartition("/")
    if not _NAME.fullmatch(name) or (slash and (not _DOMAIN.fullmatch(prefix) or len(prefix) > _LONGEST_DOMAIN)):
        raise ValueError(f"selector {text!r} has {key!r} where the key of a label must stand")
    return key


def _checked_value(value: str, text: str) -> str:
    if value and not _NAME.fullmatch(value):
        raise ValueError(f"selector {text!r} has {value!r}, which cannot be the value of a label")
    return value


def format_selector(selector: LabelSelector) -> str:
    """A selector for people, in the form of `kubectl -l`; empty where it selects everything."""
    parts = [f"{key}={value}" for key, value in sorted(selector.match_labels.items())]
    return ",".join(parts + [_format(each) for each in selector.match_expressions])


def _format(requirement: LabelSelectorRequirement) -> str:
    key, values = requirement.key, ",".join(requirement.values)
    match requirement.operator:
        case "Exists":
            return key
        case "DoesNotExist":
            return f"!{key}"
        case "Gt" | "Lt":
            return f"{key}{'>' if requirement.operator == 'Gt' else '<'}{values}"
        case "In" | "NotIn" if len(requirement.values) == 1:
            return f"{key}{'=' if requirement.operator == 'In' else '!='}{values}"
        case operator:
            return f"{key} {operator.lower()} ({values})"
