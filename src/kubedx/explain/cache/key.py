"""The key of an answer: what the same fault has in common today, tomorrow, and after its pods were replaced.

A prompt is a text; what in it is chance is taken away before it is hashed: times, durations, counts, uids, the random part of
generated names, and how often a thing is said. What an answer says of such a name is kept as its number in the prompt, and said with
today's name when the answer is read again.
"""

import hashlib
import re
from collections.abc import Callable, Iterable

from kubedx.kube import pattern_of

VERSION = "2"
"""Of this module's idea of sameness; another one finds nothing of the earlier."""

# The letters of generated names: k8s.io/apimachinery/pkg/util/rand, `alphanums`.
_RANDOM = "[bcdfghjklmnpqrstvwxz2456789]"
# Names that a Deployment (template hash, then 5 letters), a CronJob (minutes since 1970) and others give.
_GENERATED = pattern_of(
    rf"(?<![\w.-])([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)-(?:{_RANDOM}{{6,10}}-{_RANDOM}{{5}}|\d{{8,10}}(?:-{_RANDOM}{{5}})?)(?![\w-])"
)
_SUFFIX = pattern_of(rf"-(?:{_RANDOM}{{6,10}}(?:-{_RANDOM}{{5}})?|{_RANDOM}{{5}})$")
_ADDRESS = pattern_of(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_OWNED_MASK = pattern_of(r"(?<![\w-])(pod|replicaset|job)-\d+(?![\w-])")
_HELD = pattern_of(r"‹(\d+)›")

_UNIT = r"(?:ns|[muµ]s|s|m|h|d|seconds?|secs?|minutes?|mins?|hours?|days?)"
_COUNTED = r"(?:pods?|replicas?|nodes?|times?|restarts?|retries|attempts?|events?|endpoints?|containers?|jobs?|more|of|milliseconds?|ready)"
_CHANCE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (pattern_of(pattern, re.IGNORECASE), by)
    for pattern, by in (
        (r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?", "‹time›"),
        (r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +\d{1,2} +[a-z]{3} +\d{4}", "‹time›"),
        (r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) +\d{1,2}\b", "‹time›"),
        (r"\b[iwef]\d{4}(?= )", "‹time›"),  # klog
        (r"\b\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?\b", "‹time›"),
        (r"\b1[5-9]\d{8}(?:\d{3}|\d{6}|\d{9})?\b", "‹time›"),
        (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", "‹id›"),
        (r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\b", "‹id›"),
        (rf"\b(?:\d+(?:\.\d+)?{_UNIT})+\b", "‹time›"),
        (rf"\b\d+(?:\.\d+)? {_UNIT}\b", "‹time›"),
        (rf"\b\d+(?:/\d+)?(?= {_COUNTED}\b)", "‹count›"),
        (r"(restartcount[^\n]{0,300}?: )\d+\b", r"\1‹count›"),
        (r"[×x]\d+\b", "‹count›"),
        (r"\b(pid|tid|thread|goroutine|process|port (?:from|remote))([ =:#]{1,2})\d+", r"\1\2‹count›"),
    )
)


class Names:
    """The names in a prompt that are another's tomorrow, in the order in which they come: of generated names and of addresses.

    `known` are names of pods and what owns them, which the text alone may not show to be generated.
    """

    def __init__(self, text: str, known: Iterable[str] = ()) -> None:
        generated = sorted({name for name in known if _SUFFIX.search(name)}, key=lambda name: (-len(name), name))
        literal = "|".join(re.escape(name) for name in generated)
        found = [match for pattern in (_GENERATED, _ADDRESS) for match in pattern.finditer(text)]
        if literal:
            found += re.finditer(rf"(?<![\w.-])(?:{literal})(?![\w-])", text)
        self._names = tuple(dict.fromkeys(match[0] for match in sorted(found, key=lambda match: match.start())))
        self._number = {name: index for index, name in enumerate(self._names)}
        longest = sorted(self._names, key=lambda name: (-len(name), name))
        self._any = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])") if longest else None
        self._text = text

    def stem(self, text: str) -> str:
        """A text with these names reduced to what is no chance in them."""
        return self._replace(text, lambda name: "‹address›" if _ADDRESS.fullmatch(name) else f"{_stem(name)}‹pod›")

    def hold(self, answer: str) -> str:
        """An answer to keep, with the names as numbers."""
        return self._replace(answer.replace("‹", "<").replace("›", ">"), lambda name: f"‹{self._number[name]}›")

    def tell(self, held: str) -> str | None:
        """A kept answer with the present names; None when it speaks of one that the present prompt has not."""
        if any(int(number) >= len(self._names) for number in _HELD.findall(held)):
            return None
        if any(mask[0] not in self._text for mask in _OWNED_MASK.finditer(held)):
            return None
        return _HELD.sub(lambda match: self._names[int(match[1])], held)

    def _replace(self, text: str, replacement: Callable[[str], str]) -> str:
        return self._any.sub(lambda match: replacement(match[0]), text) if self._any else text


def answer_key(*, backend: str, model: str, language: str, system: str, user: str, names: Names) -> str:
    """The key of an answer: 64 hex digits. `system` holds the version of the prompt, being its wording."""
    parts = (VERSION, backend, model, " ".join(language.lower().split()), system, normal_form(user, names))
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def normal_form(text: str, names: Names) -> str:
    """The lines of a text without chance, each once, in an order that does not come from the names."""
    text = _OWNED_MASK.sub(r"\1", names.stem(text))
    for pattern, by in _CHANCE:
        text = pattern.sub(by, text)
    # Evidence has numbers of its own, which follow the order of the pods' names.
    lines = (re.sub(r"^\[e\d+\] ", "", line).strip() for line in text.split("\n"))
    return "\n".join(sorted(set(lines)))


def _stem(name: str) -> str:
    generated = _GENERATED.fullmatch(name)
    return generated[1] if generated else _SUFFIX.sub("", name)
