"""An answer of the API server, and whether to ask again for a better one."""

import msgspec

from kubedx.errors import ClusterUnreachable

MAX_FAILURES = 2

_MAX_WAITS = 5
_MAX_WAIT_SECONDS = 30.0
_PAUSE_SECONDS = 0.25
_UNAVAILABLE = {429, 503}
_TRANSIENT = {500, 502, 503, 504}


class TimedOut(ClusterUnreachable):
    """The answer did not come by the deadline."""


class Response(msgspec.Struct, frozen=True):
    """An answer, of any status. `body` is without Content-Encoding."""

    status: int
    body: bytes
    content_type: str = ""
    retry_after: float | None = None


class Patience:
    """How often one request is tried again."""

    def __init__(self, most_failures: int) -> None:
        self.renewed = False
        self._most_failures = most_failures
        self._waits = self._failures = 0

    def may_fail(self) -> bool:
        """Count a failure: whether that was not one too many."""
        self._failures += 1
        return self._failures <= self._most_failures

    def backoff(self) -> float:
        """Seconds to wait after the failures so far."""
        return _PAUSE_SECONDS * 2.0 ** (self._failures - 1)

    def pause(self, response: Response) -> float | None:
        """Seconds to wait before asking again, None where this is the answer."""
        if response.status in _UNAVAILABLE and (response.retry_after is not None or response.status == 429):
            self._waits += 1
            wait = 1.0 if response.retry_after is None else max(response.retry_after, _PAUSE_SECONDS)
            return min(wait, _MAX_WAIT_SECONDS) if self._waits <= _MAX_WAITS else None
        if response.status in _TRANSIENT and self.may_fail():
            return self.backoff()
        return None
