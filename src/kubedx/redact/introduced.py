"""Names that the words before them introduce, whatever words they are themselves: keys of kubeconfigs and annotations, parts of
distinguished names, accounts, exports of file servers, and the first word of an environment variable that is nobody else's.
"""

import re
from collections.abc import Iterator

from kubedx.kube import pattern_of
from kubedx.redact.lexicon import is_own
from kubedx.redact.stand_in_names import is_common
from kubedx.redact.vocabulary import EVERYBODYS, TECHNICAL

_KEYS = (
    r"(?:current-)?context|cluster|name|namespace|user|username|owner|team|tenant|customer|organi[sz]ation|org|project|realm|database|db"
    r"|bucket|queue|topic|vhost|region|zone|host|hostname|node|app|service|server|account|principal|subject|issuer|email|login|group|role"
)
_END = r"\\{0,4}[\"']?"
_KEYED = pattern_of(rf"(?<![\w.])(?:{_KEYS}){_END}[ ]?:[ ]?{_END}(?P<name>[A-Za-z0-9][\w.@/-]{{1,120}}[A-Za-z0-9])(?!:?/)", re.IGNORECASE)
_ANNOTATED = pattern_of(
    rf"(?<![\w.-])(?:[a-z0-9-]{{1,63}}\.){{1,6}}[a-z]{{2,24}}/[\w.-]{{1,63}}{_END}[:=][ ]?{_END}(?P<name>[\w.@-]{{3,120}})"
)
# https://datatracker.ietf.org/doc/html/rfc4514#section-3, and what Go's x509 says of a certificate's issuer.
_DISTINGUISHED = pattern_of(
    r"(?<![\w.])(?:CN|O|OU|L|ST|DC|STREET|UID)=(?P<words>[^,/+=\n\"]{2,100})|authority certificate \\?\"(?P<issuer>[^\"\\]{2,100})"
)
_ACCOUNT = pattern_of(r"\baccount(?:[ _-]?id)?\W{1,4}(?P<number>[0-9]{12})(?![0-9])", re.IGNORECASE)
_REMOTE = pattern_of(r"\bfor (?:invalid user )?(?P<name>[\w.-]{1,64}) from [0-9a-fA-F.:]{3,45} port\b")
_REPOSITORY = pattern_of(r"@[\w.-]{1,253}:(?P<path>[\w./~-]{1,200}\.git)\b")
_EXPORT = pattern_of(r"(?:(?<=[A-Za-z0-9]):|\b(?:path|export|share) )(?P<path>/[\w.-]{1,100}(?:/[\w.-]{1,100}){0,8})(?![\w/])")
_VARIABLE = pattern_of(r"(?<![A-Za-z0-9_])(?P<first>[A-Z][A-Z0-9]{3,40})_[A-Z0-9_]{1,80}(?![A-Za-z0-9_])")
_WORDS = pattern_of(r"[A-Za-z0-9][\w.-]{1,60}\w")


def keyed(text: str) -> Iterator[str]:
    """What stands behind a key that names something; it may still be a word that anybody writes."""
    for pattern in (_KEYED, _ANNOTATED):
        yield from (match["name"] for match in pattern.finditer(text))
    yield from (match["name"] for match in _REMOTE.finditer(text))


def paths(text: str) -> Iterator[str]:
    """Paths of repositories and of file servers, which are somebody's."""
    for pattern in (_REPOSITORY, _EXPORT):
        yield from (match["path"] for match in pattern.finditer(text))


def certain(text: str) -> Iterator[tuple[str, str]]:
    """What is a name for sure, with its kind."""
    yield from ((match["number"], "account") for match in _ACCOUNT.finditer(text))
    for match in _DISTINGUISHED.finditer(text):
        yield from ((word, "name") for word in _WORDS.findall(match["words"] or match["issuer"]) if _is_somebodys(word))
    yield from ((match["first"], "name") for match in _VARIABLE.finditer(text) if _is_somebodys(match["first"]))


def _is_somebodys(word: str) -> bool:
    lowered = word.lower()
    bare = lowered.rstrip("0123456789")
    return not (is_common(lowered) or is_own(lowered) or {lowered, bare} & (EVERYBODYS | TECHNICAL) or lowered.isdigit())
