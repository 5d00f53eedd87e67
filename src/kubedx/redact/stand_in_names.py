"""Replacing names by numbered stand-ins that keep their shape, and putting the names back.

`cart` of namespace `shop` on `10.3.4.5` becomes `deployment-1` of namespace `namespace-1` on `10.0.0.1`. Numbers are given by first
appearance, so the same incident has the same stand-ins on every machine, and no key is needed.

What already looks like a stand-in is itself replaced by one. So whatever looks like a stand-in in a masked text is one, and
putting the names back gives the very text that was masked.
"""

import re
from collections.abc import Mapping

from kubedx.kube import pattern_of
from kubedx.redact.names import PUBLIC_NAMES, is_public
from kubedx.redact.positions import spoken_names, stands_as_name
from kubedx.redact.shapes import KINDS, PUBLIC_ACCOUNTS, SHAPES, alike, kind_of_shape, stand_in
from kubedx.redact.vocabulary import SENTENCES

_FLAGS = re.IGNORECASE | re.ASCII
_BEFORE, _AFTER = "(?<![A-Za-z0-9])", "(?![A-Za-z0-9])"
_NOT_LETTERS = pattern_of("[^a-z]+")
_RUNS = pattern_of("[._-]+")
_AFTER_KIND = pattern_of(r"(?:\b[A-Z][A-Za-z]{2,40} |(?:^|\s)(?:-n|--namespace|-c|--container)[ =])$")
_LINE = 400
"""Characters before a word that are looked at."""


class Names:
    """The stand-ins of one incident. `known` are the names that occur in it, with the kind of what they name."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._kinds = {
            name.lower(): _NOT_LETTERS.sub("", kind.lower()) or "name" for name, kind in known.items() if name.lower() not in PUBLIC_NAMES
        }
        self._places = frozenset(name for name, kind in self._kinds.items() if kind == "namespace")
        self._stand_ins: dict[str, str] = {}
        self._originals: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._alike = f"{_BEFORE}(?:{alike(set(self._kinds.values()) | KINDS)}){_AFTER}"
        self._pattern = pattern_of(self._sources(), _FLAGS)

    @property
    def stand_ins(self) -> Mapping[str, str]:
        """The stand-in of every name that was met so far."""
        return self._stand_ins

    def mask(self, text: str) -> str:
        """The text with stand-ins in place of names."""
        return self._pattern.sub(self._replace, text)

    def unmask(self, text: str) -> str:
        """The text with the names back in place."""
        if not self._originals:
            return text
        tokens = "|".join(re.escape(token) for token in sorted(self._originals, key=len, reverse=True))
        return re.sub(f"{_BEFORE}(?:{tokens}){_AFTER}", lambda match: self._originals[match[0].lower()], text, flags=_FLAGS)

    def _sources(self) -> str:
        spellings = {spelling for name in self._kinds for spelling in (name, name.replace("-", "_"))}
        common = [spelling for spelling in spellings if is_common(spelling) and self._kind(spelling) != "account"]
        own = sorted(spellings.difference(common))
        parts = [SHAPES, _group("known", own), f"(?P<alike>{self._alike})"]
        return "|".join(part for part in (*parts, _group("common", common)) if part)

    def _replace(self, match: re.Match[str]) -> str:
        text, group = match[0], match.lastgroup or ""
        if group in {"known", "common"}:
            return text if group == "common" and not self._is_name(match) else self._stand_in(text, self._kind(text) or "name")
        if group == "alike":
            return self._stand_in(text, _kind_of_alike(text))
        if group == "service":
            return self._service(text)
        if group == "arn":
            return self._arn(text)
        if group in {"host", "authority", "site"} and is_public(text):
            return text
        kind = kind_of_shape(group, text)
        return self._stand_in(text, (self._kind(text) if kind == "host" else "") or kind) if kind else self._parts_alike(text)

    def _parts_alike(self, text: str) -> str:
        """What only has the shape of a name (`2001:db8::1::a`), with what looks like a stand-in in it replaced."""
        return re.sub(self._alike, lambda part: self._stand_in(part[0], _kind_of_alike(part[0])), text, flags=_FLAGS)

    def _kind(self, text: str) -> str:
        return self._kinds.get(text.lower()) or self._kinds.get(text.lower().replace("_", "-"), "")

    def _is_name(self, match: re.Match[str]) -> bool:
        """Whether a word of sentences stands for the name that it is as well."""
        text, start, end = match.string, match.start(), match.end()
        if not any(char.isspace() for char in text) or stands_as_name(match, self._places):
            return True
        line = text[max(0, start - _LINE, text.rfind("\n", 0, start) + 1) : start]
        if _AFTER_KIND.search(line) or "kubectl " in line:
            return True
        first = max(0, start - _LINE)
        return any(first + begin <= start and end <= first + stop for begin, stop in spoken_names(text[first : end + 1]))

    def _service(self, text: str) -> str:
        """`web.shop.svc`: the last label but `svc` is a namespace, the others are a Service and its pods."""
        labels = text.split(".")
        kinds = ["pod", "pod", "service", "namespace"][-(len(labels) - 1) :]
        masked = [
            label if label.lower() in PUBLIC_NAMES else self._stand_in(label, self._kind(label) or kind)
            for label, kind in zip(labels[:-1], kinds, strict=True)
        ]
        return ".".join([*masked, labels[-1]])

    def _arn(self, text: str) -> str:
        """`arn:aws:iam::123456789012:role/app`: the account and the resource. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html"""
        *place, account, resource = text.split(":", 5)
        known = account.lower() in PUBLIC_ACCOUNTS or not account
        return ":".join([*place, account if known else self._stand_in(account, "account"), self._stand_in(resource, "resource")])

    def _stand_in(self, original: str, kind: str) -> str:
        if original not in self._stand_ins:
            number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
            token = stand_in(kind, number)
            self._stand_ins[original] = token
            self._originals[token] = original
        return self._stand_ins[original]


def is_common(name: str) -> bool:
    """Whether a name is a word of sentences, or too short to be told from one. It is masked only where a name stands."""
    words = [word for word in _RUNS.split(name.lower()) if word]
    return (
        name.lower() in SENTENCES or (len(words) == 1 and len(words[0]) <= 2) or all(word in SENTENCES or word.isdigit() for word in words)
    )


def _group(name: str, words: list[str]) -> str:
    if not words:
        return ""
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return f"(?P<{name}>{_BEFORE}(?:{listed}){_AFTER})"


def _kind_of_alike(text: str) -> str:
    lowered = text.lower()
    if "@" in lowered:
        return "user"
    if lowered.endswith(".example"):
        return "host"
    if lowered.startswith(("00000000-", "2001:", "02:")):
        return {"0": "uid", "2": "ipv6"}[lowered[0]] if not lowered.startswith("02:") else "mac"
    return "ipv4" if lowered[0].isdigit() else lowered.rpartition("-")[0]
