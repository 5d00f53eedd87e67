"""Puts stand-ins in place of what a lexicon holds, in values and in sentences."""

import re

from kubedx.kube import pattern_of
from kubedx.redact.addresses import AddressMasker
from kubedx.redact.lexicon import (
    DASHED,
    MARKS,
    PLURALS,
    Lexicon,
    Tier,
    is_account,
    is_common_key,
    is_host,
    is_own,
    is_public_domain,
    is_sentence_word,
    normal,
    without_own,
    word_of,
)
from kubedx.redact.names import is_public
from kubedx.redact.positions import spoken_names, stands_as_name
from kubedx.redact.secrets import MASK, secret_spans
from kubedx.redact.stand_ins import random_stand_ins, word_stand_ins
from kubedx.redact.vocabulary import ACRONYMS, DIRECTORIES, FILE_EXTENSIONS, OWN_NAMES, SENTENCES

_PIECE = pattern_of(rf"(?P<dashed>{DASHED})|(?P<run>[A-Za-z0-9]+)")
_PREFIX_LENGTH = pattern_of(r"/[0-9]{1,3}(?![0-9.])")
_CAMEL = pattern_of(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SERVICE_WORDS = frozenset({"svc", "cluster", "local", "pod"})
# What begins the name that a ServiceAccount has as a user, and the group of those of a namespace.
_LONGEST_PATH = 300
_PATH_BEFORE = pattern_of(r"[\w./@+~-]+\Z")
_OWN_PREFIX = pattern_of(r"system:(?:serviceaccounts?:)?")


class Masker:
    """The stand-ins of one lexicon. Equal words have equal stand-ins, wherever they stand."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        random = lexicon.random - {"default"}
        public = {word for word, tier in lexicon.words.items() if tier is Tier.VALUE and word in lexicon.public_images}
        plain = lexicon.words.keys() - random - public
        avoid = SENTENCES | OWN_NAMES | plain | random
        kept = sorted({name.partition("-")[0] for name in OWN_NAMES})
        self._words = {**word_stand_ins(plain, kept, avoid), **random_stand_ins(random, avoid)}
        self._addresses = AddressMasker(lexicon.addresses, "\n".join(sorted(lexicon.names | lexicon.uids)))
        self._numbered = {
            **{uid: f"00000000-0000-4000-8000-{place:012x}" for place, uid in enumerate(sorted(lexicon.uids), start=1)},
            **{digits: f"{place:0{len(digits)}x}" for place, digits in enumerate(sorted(lexicon.hexes), start=1)},
            **{number: f"{place:0{len(number)}d}" for place, number in enumerate(sorted(lexicon.numbers), start=1)},
            **{email: f"user-{place}@mail.example" for place, email in enumerate(sorted(lexicon.emails), start=1)},
        }
        self._domains: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._sentences: dict[str, str] = {}

    def value(self, text: str) -> str:
        """A value that is no sentence: a name, a reference, an image, a path. Secrets in it are not looked for."""
        if text not in self._values:
            self._values[text] = self._masked(text, structural=True)
        return self._values[text]

    def text(self, text: str) -> str:
        """Any text, without the secrets in it."""
        if text not in self._sentences:
            pieces: list[str] = []
            end = 0
            for start, stop in secret_spans(text):
                pieces += (self._free(text[end:start]), MASK)
                end = stop
            self._sentences[text] = "".join([*pieces, self._free(text[end:])])
        return self._sentences[text]

    def marks(self, text: str) -> str:
        """A word of the API, in which only hosts and addresses are masked: a type, a reason, an API version, a schedule."""

        def mask(match: re.Match[str]) -> str:
            is_word = match.lastgroup == "token" or text.startswith("@")
            return match[0] if is_word else self._mark(match, structural=True)

        return MARKS.sub(mask, text)

    def domain(self, text: str) -> str:
        """An API group or the name of a driver: that of a project that everybody knows stays."""
        if text not in self._domains:
            domain, slash, rest = text.partition("/")
            self._domains[text] = text if is_public_domain(domain) else f"{self._host(domain)}{slash}{self.value(rest)}"
        return self._domains[text]

    def key(self, text: str) -> str:
        """The key of a label, an annotation, a selector."""
        if is_common_key(text):
            return text
        prefix, slash, name = text.rpartition("/")
        return f"{self._host(prefix)}{slash}{self.value(name)}" if slash else self.value(text)

    def _free(self, text: str) -> str:
        if not any(char.isspace() for char in text):
            return self._masked(text, structural=True)
        spoken = list(spoken_names(text))

        def mask(match: re.Match[str]) -> str:
            named = any(start <= match.start() and match.end() <= end for start, end in spoken)
            return self._mark(match, structural=named or stands_as_name(match, self._lexicon.places))

        return MARKS.sub(mask, text)

    def _masked(self, text: str, *, structural: bool) -> str:
        return MARKS.sub(lambda match: self._mark(match, structural=structural), text)

    def _mark(self, match: re.Match[str], *, structural: bool) -> str:
        found, group = match[0], match.lastgroup
        if match.string.startswith("://", match.end()):
            return found
        match group:
            case "uid" | "hex" | "email" | "account":
                masked = self._numbered.get(found.lower().replace("_", "-") if group == "uid" else found.lower(), found)
            case "ipv4" | "ipv6":
                length = _PREFIX_LENGTH.match(match.string, match.end())
                masked = self._addresses.mask(found + (length[0] if length else "")).partition("/")[0]
            case "service":
                masked = ".".join(self._label(label) for label in found.split("."))
            case "host" if is_host(found, structural=structural) or found.lower() in self._lexicon.hosts:
                masked = self._host(found)
            case _:
                masked = found if _is_own_place(match) else self._token(found, structural=structural)
        return masked

    def _host(self, text: str) -> str:
        if is_public(text):
            return text
        whole = self._lexicon.whole.get(text)
        if whole is not None:
            return whole
        *labels, last = text.split(".")
        return ".".join([*(self._label(label) for label in labels), last if labels else self._label(last)])

    def _label(self, label: str) -> str:
        if is_own(label) or label.lower() in _SERVICE_WORDS:
            return label
        return self._masked(label, structural=True)

    def _token(self, token: str, *, structural: bool) -> str:
        """A word, or words with dashes, dots or underscores between them."""
        whole = self._lexicon.whole.get(token)
        if whole is not None:
            return whole
        own, rest = without_own(token)
        if not rest:
            return token
        structural = structural or self._is_known(token)
        stem, dot, extension = rest.rpartition(".")
        if dot and extension.lower() in FILE_EXTENSIONS:
            rest = stem
        else:
            dot = extension = ""
        return own + _PIECE.sub(lambda match: self._piece(match, structural=structural), rest) + dot + extension

    def _piece(self, match: re.Match[str], *, structural: bool) -> str:
        if match.lastgroup == "dashed":
            return self._addresses.mask(match[0].replace("-", ".")).replace(".", "-")
        return self._run(match[0], structural=structural)

    def _is_known(self, token: str) -> bool:
        """Whether a token of a sentence is a name, or begins with one and goes on as its pods do."""
        pieces = normal(token).split("-")
        if len(pieces) < 2:
            return False
        for length in range(len(pieces), 0, -1):
            name = "-".join(pieces[:length])
            if name in self._lexicon.names:
                rest = pieces[length:]
                return not is_sentence_word(name) or (
                    bool(rest) and all(piece.isdigit() or piece in self._lexicon.random for piece in rest)
                )
        return False

    def _run(self, run: str, *, structural: bool) -> str:
        lowered = run.lower()
        if is_account(lowered, "", "account") and lowered in self._numbered:
            return self._numbered[lowered]
        if run in self._lexicon.kinds:
            return run
        for word in (lowered, word_of(lowered), _singular(lowered)):
            if word in self._words:
                if structural or (self._is_name(word) and not is_sentence_word(word) and run not in ACRONYMS):
                    return _in_case(self._words[word], run) + run[len(word) :]
                return run
        if run.isalpha() and not run.islower() and not run.isupper():
            return _CAMEL.sub(lambda match: self._part(match[0]), run)
        return run

    def _part(self, part: str) -> str:
        """A word in the midst of `camelCase`."""
        word = part.lower()
        if len(word) > 2 and self._is_name(word) and not is_sentence_word(word):
            return _in_case(self._words[word], part)
        return part

    def _is_name(self, word: str) -> bool:
        return word in self._words and (word in self._lexicon.random or self._lexicon.words.get(word) is Tier.NAME)


def _is_absolute(text: str, end: int) -> bool:
    """Whether the path that leads up to there begins at the root, and not with a host, as in a URL or the name of an image."""
    first = max(0, end - _LONGEST_PATH)
    path = _PATH_BEFORE.search(text, first, end)
    return path is not None and path[0].startswith("/") and not path[0].startswith("//")


def _is_own_place(match: re.Match[str]) -> bool:
    """Whether a word is a directory that every system has, or what Kubernetes puts before the names of ServiceAccounts."""
    text, start, end = match.string, match.start(), match.end()
    if text[start - 1 : start] == "/" and match[0].lower() in DIRECTORIES and _is_absolute(text, start):
        return True
    return text[end : end + 1] == ":" and any(
        own.start() <= start and end < own.end() for own in _OWN_PREFIX.finditer(text, max(0, start - 7), end + 1)
    )


def _singular(word: str) -> str:
    """Of what a word may be the plural; empty for words of sentences and of the API."""
    return word[:-1] if word.endswith("s") and word.isalpha() and not is_sentence_word(word) and word not in PLURALS else ""


def _in_case(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
