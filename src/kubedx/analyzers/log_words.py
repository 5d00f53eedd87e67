"""The words in an error line that name something: a host and port, a file, a variable, a request that was forbidden."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from kubedx.kube import pattern_of

_EXTENSIONS = pattern_of(
    r"(?:c|cc|cfg|class|conf|config|cpp|cs|crt|css|csv|env|ex|exs|go|h|hcl|html|ini|jar|java|js|json|jsx|key|kt|log|lua|md|mjs"
    r"|pem|php|pl|properties|pyc?|rb|rs|scala|sh|sql|tsx?|toml|txt|xml|ya?ml)"
)
_HOST = r"[A-Za-z0-9](?:[-A-Za-z0-9_]{0,62})(?:\.[-A-Za-z0-9_]{1,63}){0,8}"
_URL = pattern_of(rf"\b([a-z][a-z0-9+.-]{{1,20}})://(?:[^\s/@\"']{{1,200}}@)?({_HOST})(?::(\d{{2,5}}))?")
_PAIR = pattern_of(rf"(?<![-\w.:/@])(?:[^\s@:\"']{{1,60}}@)?({_HOST}):(\d{{2,5}})(?![\d:.]*\d)\b")
_NAMED = (
    pattern_of(rf"\b(?:dns|passthrough|ipv4):/{{0,3}}({_HOST}):(\d{{2,5}})"),
    pattern_of(rf"connect to host ({_HOST}):(\d{{2,5}})", re.IGNORECASE),
    pattern_of(rf"host[=:]\s?[\"']?({_HOST})[\"']?[,;)\s]+\s?port[=:]\s?[\"']?(\d{{2,5}})", re.IGNORECASE),
    pattern_of(rf"(?:at|to|server on|host(?:name)?) [\"']({_HOST})[\"'](?: \([\d.:a-f]+\))?,? port (\d{{2,5}})", re.IGNORECASE),
    pattern_of(rf"[\"'(]({_HOST})[\"']?, ?(\d{{2,5}})\)"),
    pattern_of(rf"({_HOST}) port (\d{{2,5}})\b"),
    pattern_of(rf"\btcp:({_HOST}),(\d{{2,5}})\b"),
    pattern_of(rf"\b({_HOST})/(?:\d{{1,3}}\.){{3}}\d{{1,3}}:(\d{{2,5}})\b"),
)
_LOOKED_UP = (
    pattern_of(rf"could not translate host name [\"']({_HOST})[\"']", re.IGNORECASE),
    pattern_of(rf"(?:ENOTFOUND|EAI_AGAIN) ({_HOST})"),
    pattern_of(rf"lookup ({_HOST}) on ", re.IGNORECASE),
    pattern_of(rf"lookup (?!failed|error)({_HOST}):", re.IGNORECASE),
    pattern_of(
        rf"(?:could not resolve|can(?:no|')t resolve|failed to resolve)(?: (?:host(?:name)?|address|name))?:? [\"']?({_HOST})",
        re.IGNORECASE,
    ),
    pattern_of(rf"UnknownHost\w*: ({_HOST})", re.IGNORECASE),
    pattern_of(rf"\b({_HOST}) could not be resolved"),
    pattern_of(rf"bad address [\"']({_HOST})[\"']", re.IGNORECASE),
    pattern_of(rf"host not found in upstream [\"']({_HOST})", re.IGNORECASE),
    pattern_of(rf"(?:server|mysql|redis|(?<!entry for )host|connect to) (?:on |at |server )?[\"']({_HOST})[\"']", re.IGNORECASE),
)
_SCHEME_PORTS = {
    "http": 80,
    "https": 443,
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "redis": 6379,
    "amqp": 5672,
    "mongodb": 27017,
    "nats": 4222,
}
_PATH = pattern_of(r"(?<![\w.:/-])(/(?:[\w.@+-]+/)*[\w.@+-]+)(?::(\d+))?")
_VARIABLE = pattern_of(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
_NAMED_VARIABLE = pattern_of(
    r"(?:env(?:ironment)?(?: variable)?s?|variable|setting|KeyError:|key not found:)\s*[:=]?\s*[\"'`]?([A-Z][A-Z0-9_]{1,60})\b"
    r"|\b([A-Z][A-Z0-9_]{1,60}): (?:unbound variable|parameter (?:null or )?not set)"
)
_NOT_A_VARIABLE = pattern_of(r"^(?:E[A-Z]+|ERR_\w+|[A-Z]+_ERROR|CERTIFICATE_\w+|SIG[A-Z]+)$")
_REFUSAL = pattern_of(
    r'User "system:serviceaccount:(?P<namespace>[^:"]+):(?P<account>[^"]+)" cannot (?P<verb>[a-z*]+) resource "(?P<resource>[^"]+)"'
    r' in API group "(?P<group>[^"]*)"(?: in the namespace "(?P<place>[^"]+)"| at the cluster scope)?'
)
_LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0"})  # noqa: S104  # compared, never bound
DNS_PORT = 53


class Address(msgspec.Struct, frozen=True):
    """Whom a program failed to reach; `port` is 0 where the line names none."""

    host: str
    port: int = 0

    def __str__(self) -> str:
        """`db:5432`"""
        return f"{self.host}:{self.port}" if self.port else self.host


class Refusal(msgspec.Struct, frozen=True):
    """A request that the API server forbade a ServiceAccount. `place` is empty for the whole cluster."""

    namespace: str
    account: str
    verb: str
    resource: str
    group: str
    place: str


def address_in(line: str) -> Address | None:
    """The address that an error line names, if it names one."""
    return next(_addresses(line), None)


def _addresses(line: str) -> Iterator[Address]:
    for pattern in _LOOKED_UP[:-1]:
        if match := pattern.search(line):
            port = next((found.port for found in _with_port(line) if found.host == match[1]), 0)
            yield Address(match[1], port)
    yield from _with_port(line)
    if match := _LOOKED_UP[-1].search(line):
        yield Address(match[1])


def _with_port(line: str) -> Iterator[Address]:
    for match in _URL.finditer(line):
        if match[1] != "file":
            yield Address(match[2], int(match[3]) if match[3] else _SCHEME_PORTS.get(match[1], 0))
    for pattern in (*_NAMED, _PAIR):
        for match in pattern.finditer(line):
            if _is_host(match[1]) and int(match[2]) not in {0, DNS_PORT} and int(match[2]) < 65536:
                yield Address(match[1], int(match[2]))


def _is_host(word: str) -> bool:
    """Whether the word before a number is a host: not a source file with its line, not a time."""
    if "." in word and _EXTENSIONS.fullmatch(word.rpartition(".")[2].lower()):
        return False
    return any(letter.isalpha() for letter in word) or word.count(".") == 3


def is_local(address: Address) -> bool:
    """Whether an address is the program's own pod."""
    return address.host in _LOCAL


def names_host(text: str, hosts: Iterable[str]) -> bool:
    """Whether a text holds one of these hosts as a word of its own."""
    return any(re.search(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", text) for host in hosts if host)


def file_in(line: str) -> str:
    """The first absolute path of a file in an error line; empty when there is none."""
    found = [match[1] for match in _PATH.finditer(line)]
    return next((path for path in found if path.count("/") > 1 or "." in path), "")


def variable_in(line: str) -> str:
    """The environment variable that an error line names; empty when there is none."""
    named = _NAMED_VARIABLE.search(line)
    if named:
        return str(named[1] or named[2])
    found = (match[0] for match in _VARIABLE.finditer(line))
    return next((word for word in found if not _NOT_A_VARIABLE.match(word)), "")


def refusal_in(line: str) -> Refusal | None:
    """What the API server forbade, in its own words (k8s.io/apiserver, handlers/responsewriters/errors.go)."""
    match = _REFUSAL.search(line)
    if match is None:
        return None
    told = match.groupdict(default="")
    return Refusal(told["namespace"], told["account"], told["verb"], told["resource"], told["group"], told["place"])
