"""What an API server's refusals mean, as gaps."""

import unicodedata

import msgspec

from kubedx.errors import ClusterUnreachable
from kubedx.kube import Gap, GapReason, Kind
from kubedx.source.http_retry import Response, TimedOut

_MAX_MESSAGE = 300

_REASONS = {403: GapReason.FORBIDDEN, 404: GapReason.ABSENT_API, 405: GapReason.ABSENT_API, 504: GapReason.TIMEOUT}


class StatusDetails(msgspec.Struct, frozen=True):
    """Which object a Status is about."""

    name: str | None = None
    kind: str | None = None


class Status(msgspec.Struct, frozen=True):
    """https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/"""

    kind: str | None = None
    message: str | None = None
    reason: str | None = None
    details: StatusDetails | None = None


_STATUS = msgspec.json.Decoder(Status)


def status_of(response: Response) -> Status | None:
    """The Status in the body of a refusal, None where there is none."""
    try:
        status = _STATUS.decode(response.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return status if status.kind == "Status" else None


def is_unserved(response: Response) -> bool:
    """Whether the API server itself says that it has no such API: a 404 of its own, not of something before it."""
    if response.status != 404:
        return False
    return status_of(response) is not None or response.body.strip() == b"404 page not found"


def is_absent(response: Response, name: str) -> bool:
    """Whether the API server says that an object of this name does not exist."""
    status = status_of(response) if response.status == 404 else None
    return bool(status and status.details and status.details.name == name)


def words_of(response: Response) -> str:
    """What a refusal says, safe to print."""
    status = status_of(response)
    text = status.message if status and status.message else _plain(response)
    return printable(text) or f"HTTP status {response.status}"


def _plain(response: Response) -> str:
    if "html" in response.content_type:
        return f"HTTP status {response.status} from something that is not a Kubernetes API server"
    return response.body[:_MAX_MESSAGE].decode("utf-8", "replace")


def printable(text: str) -> str:
    """One line of bounded length without control characters."""
    line = " ".join(text.split())
    line = "".join(char for char in line if unicodedata.category(char)[0] != "C")
    return line if len(line) <= _MAX_MESSAGE else f"{line[:_MAX_MESSAGE]}…"


def gap(kind: Kind, verb: str, reason: GapReason, message: str, namespace: str = "", name: str = "") -> Gap:
    """A gap of a kind, of a namespace of it or of one object."""
    return Gap(api_version=kind.api_version, kind=kind.kind, namespace=namespace, verb=verb, reason=reason, message=message, name=name)


def refused(kind: Kind, verb: str, response: Response, namespace: str = "", name: str = "") -> Gap:
    """The gap that an answer other than 200 leaves."""
    reason = _REASONS.get(response.status, GapReason.SERVER_ERROR)
    if reason is GapReason.ABSENT_API and not is_unserved(response):
        reason = GapReason.SERVER_ERROR
    return gap(kind, verb, reason, words_of(response), namespace, name)


def unanswered(kind: Kind, verb: str, error: ClusterUnreachable, namespace: str = "", name: str = "") -> Gap:
    """The gap that a request without an answer leaves."""
    reason = GapReason.TIMEOUT if isinstance(error, TimedOut) else GapReason.SERVER_ERROR
    return gap(kind, verb, reason, str(error), namespace, name)
