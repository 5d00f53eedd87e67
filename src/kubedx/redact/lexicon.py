"""What a recording calls its things: the words, addresses and other marks that must not stand in a redacted one.

Names are taken apart into words (`cart-api-7d9f-x2x4z`), and each word is masked by itself, the same everywhere. So names that
share words still do, a pod still begins like its workload, and an environment variable still is named like its Service.
"""

import enum
import ipaddress
import re
from collections.abc import Iterator

from kubedx.kube import TYPES, pattern_of
from kubedx.redact.names import IDENTIFIERS, is_public
from kubedx.redact.positions import spoken_names
from kubedx.redact.vocabulary import COMMON_KEYS, EVERYBODYS, OWN_NAMES, PUBLIC_DOMAINS, PUBLIC_ORGANISATIONS, SENTENCES

MARKS = pattern_of(
    r"(?P<uid>(?<![0-9A-Za-z])[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}(?![0-9A-Za-z]))"
    r"|(?P<hex>(?<![0-9A-Za-z])[0-9a-f]{32,128}(?![0-9A-Za-z]))"
    rf"|{IDENTIFIERS}"
    r"|(?P<token>[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)",
    re.IGNORECASE,
)
DASHED = r"(?<![0-9])[0-9]{1,3}(?:-[0-9]{1,3}){3}(?![0-9])"
"""An address in the name of a host: `ip-10-1-2-3`."""
_DASHED = pattern_of(DASHED)
_RUN = pattern_of(r"[A-Za-z0-9]+")
_NUMBERED = pattern_of(r"([a-z]+)[0-9]+")
_VERSION = pattern_of(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_RANDOM = pattern_of(r"[bcdfghjklmnpqrstvwxz2456789]{4,10}|[0-9a-f]{8,16}")
PLURALS = frozenset(known.KIND.plural for known in TYPES)
_OWN = sorted(OWN_NAMES, key=lambda name: (-len(name), name))
_REGISTRY = pattern_of(r"(?P<registry>[^/]*[.:][^/]*|localhost)/(?P<path>.+)")
_TAG = pattern_of(r"(?::[^:/@]*)?(?:@[^/]*)?$")
# Ends of hosts that sentences and paths end with as well: `console.info`, `main.app`.
_AMBIGUOUS = frozenset(
    ("info", "app", "io", "me", "it", "at", "be", "de", "co", "ai", "test", "example", "local", "home", "us", "services")
)

LONG_NUMBER = 9
"""Digits from which on a number may name somebody: an account, a project."""


class Tier(enum.IntEnum):
    """How surely a word is somebody's own."""

    VALUE = 0
    """It is masked where it stands as a value or as part of a name, not in sentences."""
    NAME = 1
    """Something is called so: it is masked in sentences, too, unless it is a word of theirs."""


class Lexicon:
    """Collects while a recording is read for the first time."""

    def __init__(self) -> None:
        self.words: dict[str, Tier] = {}
        self.random: set[str] = set()
        self.names: set[str] = set()
        self.places: set[str] = set()
        """Namespaces: what stands behind one and a slash is a name."""
        self.hosts: set[str] = set()
        self.addresses: set[str] = set()
        self.uids: set[str] = set()
        self.hexes: set[str] = set()
        self.numbers: set[str] = set()
        self.emails: set[str] = set()
        self.public_images: set[str] = set()
        """Words that stay, unless something is called so: `nginx`."""
        self.kinds: set[str] = {known.KIND.kind for known in TYPES}
        """Kinds of objects, which stay: `APIService` where something is called `api`."""
        self.whole: dict[str, str] = {}
        """Names that are put together anew: of CustomResourceDefinitions, whose plural stays."""

    def add_name(self, text: str, tier: Tier = Tier.NAME) -> None:
        """Something is called so."""
        if not text or is_own(text) or text.startswith("system:"):
            return
        if "." in text and is_host(text, structural=True):
            self.add_host(text)
            return
        for piece in re.split(r"[:/@]", text):
            if tier is Tier.NAME and piece:
                self.names.add(normal(piece))
            self.add_words(piece, tier)

    def add_words(self, text: str, tier: Tier) -> None:
        """Mask the words of it."""
        for word in words_of(without_own(text)[1]):
            self.words[word] = max(tier, self.words.get(word, tier))

    def add_random(self, text: str) -> None:
        """What a controller appended to a name, as far as it looks so."""
        self.random.update(run for run in _RUN.findall(text.lower()) if _RANDOM.fullmatch(run) and not run.isdigit())

    def add_host(self, text: str) -> None:
        """A host that is somebody's own. What it belongs to may be named in sentences."""
        labels = text.lower().strip(".").split(".")
        if is_public(text) or len(labels) < 2:
            return
        self.hosts.add(".".join(labels))
        for place, label in enumerate(labels[:-1]):
            owner = place == len(labels) - 2 and len(label) > 3
            self.add_words(label, Tier.NAME if owner else Tier.VALUE)

    def add_image(self, text: str) -> None:
        """The registry and path of an image. Those of Docker's own library and of public organisations are everybody's."""
        text = text.rpartition("://")[2]  # docker-pullable://
        where = _REGISTRY.match(text)
        parts = _TAG.sub("", where["path"] if where else text).split("/")
        registry = (where["registry"] if where else "docker.io").partition(":")[0]
        if where and "." in registry:
            self.add_host(registry)
        elif where:
            self.add_name(registry)
        if is_public(registry) and (len(parts) == 1 or parts[0] in PUBLIC_ORGANISATIONS or registry == "registry.k8s.io"):
            self.public_images.update(words_of(parts[-1]))
            return
        for part in parts:
            self.add_words(part, Tier.NAME)

    def add_text(self, text: str, *, structural: bool) -> None:
        """The marks in any text that give themselves away by their form."""
        for start, end in () if structural else spoken_names(text):
            self.add_name(text[start:end], Tier.VALUE)
        for dashed in _DASHED.finditer(text):
            self.add_address(dashed[0].replace("-", "."))
        for match in MARKS.finditer(text):
            found, group = match[0], match.lastgroup
            if group == "uid":
                self.uids.add(found.lower().replace("_", "-"))
            elif group == "hex":
                self.hexes.add(found.lower())
            elif group == "email":
                self._add_email(found)
            elif group in {"ipv4", "ipv6"}:
                self.add_address(found)
            elif group == "authority":
                self.add_name(found, Tier.VALUE)
            elif group == "service" or (group == "host" and is_host(found, structural=structural)):
                self._add_service(found) if group == "service" else self.add_host(found)
            self.numbers.update(number for number in re.findall(r"[0-9]+", found) if is_account(number, found, group))

    def add_address(self, text: str) -> None:
        """An address, if it is one."""
        try:
            self.addresses.add(str(ipaddress.ip_address(text)))
        except ValueError:
            return

    def _add_email(self, text: str) -> None:
        self.emails.add(text.lower())
        local, _, host = text.rpartition("@")
        self.add_words(local, Tier.NAME)
        self.add_host(host)

    def _add_service(self, text: str) -> None:
        for label in text.split(".")[:-1]:
            self.add_words(label, Tier.VALUE)


def words_of(text: str) -> Iterator[str]:
    """The words of a name that may be somebody's own: no numbers, no versions. `cart-api2-v1` has `cart` and `api`."""
    for run in _RUN.findall(text.lower()):
        word = word_of(run)
        if word and word not in EVERYBODYS and word not in PLURALS:
            yield word


def word_of(run: str) -> str:
    """The word in a run of letters and digits: without the number behind it, all of it where both are mixed; empty without one."""
    if run.isdigit() or _VERSION.fullmatch(run):
        return ""
    numbered = _NUMBERED.fullmatch(run)
    return numbered[1] if numbered else run


def normal(text: str) -> str:
    """A name as it is compared: `CART_DB` and `cart-db` are one."""
    return re.sub(r"[._-]+", "-", text.lower())


def is_own(text: str) -> bool:
    """Whether a name is Kubernetes' own, or a word of its API: a quota that is called `pods`."""
    return text.lower() in OWN_NAMES or text.lower() in PLURALS


def without_own(text: str) -> tuple[str, str]:
    """A name in two: what Kubernetes itself calls so at its beginning, and the rest."""
    lowered = text.lower()
    if lowered in PLURALS:
        return text, ""
    for own in _OWN:
        if lowered.startswith(own) and (len(lowered) == len(own) or lowered[len(own)] in "-._"):
            return text[: len(own)], text[len(own) :]
    return "", text


def is_sentence_word(word: str) -> bool:
    """Whether a word stays where it stands in a sentence."""
    return word in SENTENCES or word.isdigit()


def is_host(text: str, *, structural: bool) -> bool:
    """Whether what looks like a host is one: in a sentence, two words with a dot between them often are none."""
    labels = text.split(".")
    return structural or len(labels) > 2 or labels[-1].lower() not in _AMBIGUOUS


def is_account(number: str, found: str, group: str | None) -> bool:
    """Whether a number, in what was found, may name somebody."""
    return group == "account" or (len(number) >= LONG_NUMBER and group in {"host", "email", "token"} and number != found)


def is_public_domain(text: str) -> bool:
    """Whether an API group, the prefix of a label or the name of a driver is that of a project that everybody knows."""
    lowered = text.lower()
    return is_public(text) or "." not in text or any(lowered == known or lowered.endswith(f".{known}") for known in PUBLIC_DOMAINS)


def is_common_key(key: str) -> bool:
    """Whether the key of a label says nothing of whose it is."""
    prefix, slash, _ = key.partition("/")
    return is_public_domain(prefix) if slash else key.lower() in COMMON_KEYS
