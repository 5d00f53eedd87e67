"""Replacing names by numbered stand-ins that keep their shape, and putting the names back.

`cart` of namespace `shop` on `10.3.4.5` becomes `deployment-1` of namespace `namespace-1` on `10.0.0.1`. Numbers are given by first
appearance, so the same incident has the same stand-ins on every machine, and no key is needed. A stand-in never equals
something that the incident itself says, so putting the names back cannot go wrong.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping

# Known to everybody; they identify nobody, and a model needs them.
PUBLIC_NAMES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", "localhost", "kubernetes", "coredns", "kube-dns"})
_PUBLIC_HOSTS = (
    "k8s.io",
    "kubernetes.io",
    "docker.io",
    "docker.com",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "pkg.dev",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "github.com",
    "golang.org",
    "istio.io",
    "knative.dev",
    "cert-manager.io",
    "cluster.local",
)
_TLDS = (
    "com|net|org|io|dev|app|cloud|internal|local|localdomain|lan|corp|intra|intranet|private|home|example|test|invalid|info|biz|tech|ai|co|me|eu|us|uk|de|fr|es|it|nl|pl"
    "|ch|at|be|se|no|fi|dk|ru|ua|cn|jp|kr|in|tw|hk|sg|au|nz|br|mx|ca|za|aws|xyz|site|online|systems|services|company|gov|edu|mil"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
IDENTIFIERS = (
    rf"(?P<email>(?<![\w.+-])[\w.+-]{{1,64}}@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}\b)"
    rf"|(?P<service>(?<![\w-])(?:{_LABEL}\.){{1,4}}svc\b)"
    rf"|(?P<host>(?<![\w-])(?<!\w\.)(?:{_LABEL}\.){{1,8}}(?:{_TLDS})\b(?![\w-]|\.\w))"
    rf"|(?P<authority>(?:(?<=//)|(?<=@)|(?<=lookup ))(?!sha(?:256|512)\b){_LABEL}(?![\w.\[(-]))"
    r"|(?P<ipv6>(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:]))"
    r"|(?P<ipv4>(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.\d))"
    r"|(?P<account>(?<=:)[0-9]{12}(?=:)|\b[0-9]{12}(?=\.dkr\.ecr\.))"
)
"""What in a text gives itself away by its form: e-mail addresses, hosts, addresses, account numbers."""
_PLAIN_TOKEN = re.compile(r"[a-z]+-\d+")


class Names:
    """The stand-ins of one incident. `known` are its objects' names by kind; `corpus` all of its text, which stand-ins avoid."""

    def __init__(self, known: Iterable[tuple[str, str]], corpus: str) -> None:
        self._kinds = {name.lower(): kind for kind, name in known if name and name.lower() not in PUBLIC_NAMES}
        self._corpus = corpus.lower()
        self._stand_ins: dict[str, str] = {}
        self._originals: dict[str, str] = {}
        self._numbers: dict[str, int] = {}
        self._pattern = re.compile(IDENTIFIERS + self._known_pattern(), re.IGNORECASE)

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
        return re.sub(
            rf"(?<![A-Za-z0-9])(?:{tokens})(?![A-Za-z0-9]|\.\d)", lambda match: self._originals[match[0].lower()], text, flags=re.IGNORECASE
        )

    def _known_pattern(self) -> str:
        spellings = {spelling for name in self._kinds for spelling in (name, name.replace("-", "_"))}
        if not spellings:
            return ""
        words = "|".join(re.escape(word) for word in sorted(spellings, key=lambda word: (-len(word), word)))
        return rf"|(?P<known>(?<![A-Za-z0-9])(?:{words})(?![A-Za-z0-9]))"

    def _replace(self, match: re.Match[str]) -> str:
        text, group = match[0], match.lastgroup or ""
        if group == "service":
            return self._service(text)
        if group in ("host", "authority") and is_public(text):
            return text
        if group in ("ipv4", "ipv6"):
            return self._address(text)
        kind = self._kinds.get(text.lower()) or self._kinds.get(text.lower().replace("_", "-"))
        return self._stand_in(text, kind or {"email": "user", "account": "account"}.get(group, "host"))

    def _service(self, text: str) -> str:
        """`web.shop.svc`: the last label but `svc` is a namespace, the others are a Service and its pods."""
        labels = text.split(".")[:-1]
        kinds = ["pod", "pod", "service", "namespace"][-len(labels) :]
        masked = [
            label if label.lower() in PUBLIC_NAMES else self._stand_in(label, self._kinds.get(label.lower(), kind))
            for label, kind in zip(labels, kinds, strict=True)
        ]
        return ".".join([*masked, "svc"])

    def _address(self, text: str) -> str:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return text
        if address.is_loopback or address.is_unspecified or text == "255.255.255.255":
            return text
        return self._stand_in(text, "ipv6" if address.version == 6 else "ipv4")

    def _stand_in(self, original: str, kind: str) -> str:
        if original not in self._stand_ins:
            token = self._new_token(kind)
            self._stand_ins[original] = token
            self._originals[token.lower()] = original
        return self._stand_ins[original]

    def _new_token(self, kind: str) -> str:
        while True:
            number = self._numbers[kind] = self._numbers.get(kind, 0) + 1
            token = _shape(kind, number)
            if not (_PLAIN_TOKEN.match(token) and token.split(".", maxsplit=1)[0].split("@")[0] in self._corpus):
                return token


def _shape(kind: str, number: int) -> str:
    if kind == "ipv4":
        return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    if kind == "ipv6":
        return f"2001:db8::{number:x}"
    if kind == "user":
        return f"user-{number}@mail.example"
    return f"host-{number}.example" if kind == "host" else f"{kind}-{number}"


def is_public(host: str) -> bool:
    """Whether a host is known to everybody."""
    lowered = host.lower()
    return lowered in PUBLIC_NAMES or any(lowered == public or lowered.endswith("." + public) for public in _PUBLIC_HOSTS)
