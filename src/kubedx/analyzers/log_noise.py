"""Lines of a log that tell of no fault of the program: what its clients do wrong, what passes by itself, requests answered, successes."""

import re
from collections.abc import Mapping
from typing import Any

from kubedx.analyzers.log_classes import any_of
from kubedx.analyzers.log_levels import fields
from kubedx.kube import pattern_of

_PROBED = pattern_of(r"/(?:[\w.-]*(?:health|ready|live|alive|ping|probe|metrics|status)[\w.-]*)(?:[/?\"' ]|$)", re.IGNORECASE)

_NOISE = any_of(
    # clients that go away, scanners, load balancers that only knock
    r"TLS handshake error from",
    r"handshake (?:failed|error).{0,40}(?:client|peer)",
    r"context canceled",
    r"operation was cancell?ed",
    r"broken ?pipe",
    r"connection reset by peer",
    r"client (?:disconnected|closed|aborted|prematurely)",
    r"request aborted",
    r"favicon\.ico|robots\.txt|\.well-known|apple-touch-icon|wp-login|\.env\b.{0,20}HTTP",
    r"open\(\) \"[^\"]*\" failed \(2:",
    r"could not (?:send|receive) data (?:to|from) client",
    r"unexpected EOF on client connection",
    r"incomplete startup packet",
    r"aborted connection \d+",
    # what controllers meet and try again
    r"the object has been modified",
    r"failed to acquire lease|leader ?election|lost lease",
    r"watch (?:of .{0,80} )?(?:ended|closed)|watch chan error",
    r"unable to authenticate the request",
    # people who mistype their password
    r"user(?:name)?:? [\"']?[\w.+-]+@[\w-]+\.\w+",
    # what is said and done about
    r"deprecat",
    r"using (?:the )?(?:built-in |in-memory )?default|fall(?:ing|s)? ?back to|defaulting to",
    r", (?:[\w-]+ ){0,4}(?:is|are|will be) (?:disabled|ignored|skipped)\b|, (?:skipping|ignoring)\b",
    r"self[- ]signed certificate .{0,40}(?:generated|created)",
    r"overcommit_memory|transparent huge pages",
    r"no config file specified",
    r"development server",
)

_CONNECTED = pattern_of(
    r"\b(?:re)?connected\b|\bconnection (?:re)?(?:established|stored|gained)"
    r"|\b(?:recovered|restored|re-?established|back online|reachable again)\b",
    re.IGNORECASE,
)
_WORKED = pattern_of(r"\b(?:ok|success(?:ful(?:ly)?)?|succeeded|completed|healthy|200)\b", re.IGNORECASE)
_NOT = pattern_of(r"\b(?:not|dis|un|no|never|without|failed|error)[ -]?\w{0,12}$", re.IGNORECASE)

_METHOD = r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)"
_ANSWERS = (
    pattern_of(rf'"{_METHOD} (?P<path>/[^"\s]*)(?: HTTP/[\d.]+)?" (?P<code>[1-5]\d\d)\b'),
    pattern_of(rf"\b{_METHOD} (?P<path>/\S*)(?: HTTP/[\d.]+)?[ ,:-]+(?:status[= ]|-> ?|=> ?)?(?P<code>[1-5]\d\d)\b"),
    pattern_of(rf'\|\s*(?P<code>[1-5]\d\d)\s*\|.{{0,80}}{_METHOD}\s+"?(?P<path>/[^"\s]*)'),
    pattern_of(r"Completed (?P<code>[1-5]\d\d) (?P<path>)[A-Z][a-z]"),
)
_PATH_FIELD = pattern_of(r'\b(?:path|uri|url|route|endpoint)="?(?P<path>/[^"\s]*)')
_CODE_FIELD = pattern_of(r"\b(?:status|code|status_code|statusCode)=\"?(?P<code>[1-5]\d\d)\b")


def is_noise(words: str) -> bool:
    """Whether words that sound like an error tell of none of the program's own."""
    return _NOISE.search(words) is not None


def tells_connection(words: str) -> bool:
    """Whether a line says that a connection stands."""
    match = _CONNECTED.search(words)
    return match is not None and _NOT.search(words[: match.start()].rstrip()) is None


def tells_success(words: str) -> bool:
    """Whether a line says that something worked."""
    match = _WORKED.search(words)
    return match is not None and _NOT.search(words[: match.start()].rstrip()) is None


def answered_code(line: str) -> int:
    """The HTTP status with which the program answered a request, of a line that logs that; 0 for others, and for probes and metrics."""
    if "GET" not in line and "status" not in line and "POST" not in line and "Completed" not in line and not _may_log_request(line):
        return 0
    told = fields(line)
    path, code = _of_fields(told) if told is not None else _of_text(line)
    return 0 if _PROBED.search(path) else code


def _may_log_request(line: str) -> bool:
    return any(method in line for method in ("PUT", "PATCH", "DELETE", "code="))


def _of_text(line: str) -> tuple[str, int]:
    for pattern in _ANSWERS:
        if match := pattern.search(line):
            return match["path"], int(match["code"])
    path, code = _PATH_FIELD.search(line), _CODE_FIELD.search(line)
    return (path["path"], int(code["code"])) if path and code else ("", 0)


def _of_fields(told: Mapping[str, Any]) -> tuple[str, int]:
    """Of a line in JSON that holds a request's path and a status, at the top or one below."""
    holders = [told, *(value for value in told.values() if isinstance(value, dict))]
    path = _first(holders, ("path", "uri", "url", "route", "requestUrl", "request_uri", "endpoint"))
    code = _first(holders, ("status", "code", "status_code", "statusCode", "response_code", "responseCode"))
    if not isinstance(path, str) or not path.startswith("/"):
        return "", 0
    number = int(code) if isinstance(code, int) or (isinstance(code, str) and code.isascii() and code.isdigit() and len(code) == 3) else 0
    return path, number if 100 <= number < 600 else 0


def _first(holders: list[Any], keys: tuple[str, ...]) -> Any:
    found = (holder.get(key) for holder in holders for key in keys)
    return next((value for value in found if isinstance(value, str | int) and value != ""), None)
