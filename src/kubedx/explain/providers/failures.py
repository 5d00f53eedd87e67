"""What a provider says when it fails: one sentence, typed by what helps, with no secret in it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from kubedx.errors import ProviderFailed
from kubedx.explain.clean import clean_line
from kubedx.explain.providers.contract import ProviderBusy, ProviderRefused, SchemaRefused
from kubedx.redact import mask_secrets

LONGEST_WAIT = 24 * 3600.0
"""Seconds; who asks us to wait longer says nothing that helps a run."""

_SHORTEST_SECRET = 4
_BAD_REQUEST = frozenset({400, 422})


class Sentences(msgspec.Struct, frozen=True):
    """The failures of one backend. `secrets` are texts that no sentence may hold, besides what looks like a secret anyway."""

    backend: str
    model: str
    address: str
    secrets: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """The backend, as the subject of a sentence."""
        place = f" at {self.address}" if self.address else ""
        return f"the backend {clean_line(self.backend, 60)} ({clean_line(self.model, 120)}{place})"

    def of_status(self, status: int, detail: str = "", retry_after: float | None = None, *, had_schema: bool = False) -> ProviderFailed:
        """An answer of HTTP 3xx, 4xx or 5xx, to a question that came with a schema or without one."""
        told = self.safe(detail)
        sentence = f"{self.who} {_says(status)} (HTTP {status})" + (f": {told}" if told else "")
        if status in (401, 403):
            return ProviderRefused(f"{sentence}; correct it with: kubedx auth update --backend {clean_line(self.backend, 60)}")
        if status in (402, 404) or 300 <= status < 400:
            return ProviderRefused(sentence)
        if status in (408, 429) or status >= 500:
            return ProviderBusy(sentence, retry_after)
        return SchemaRefused(sentence) if had_schema and status in _BAD_REQUEST else ProviderFailed(sentence)

    def timed_out(self, seconds: float) -> ProviderFailed:
        """No whole answer in time."""
        return ProviderFailed(f"{self.who} did not answer in {seconds:g} seconds")

    def unreachable(self, error: BaseException) -> ProviderFailed:
        """No connection."""
        return ProviderRefused(f"{self.who} cannot be reached: {self.innermost(error)}")

    def cut(self, error: BaseException) -> ProviderFailed:
        """A connection that ended before the answer did."""
        return ProviderBusy(f"{self.who} cut the connection: {self.innermost(error)}")

    def too_long(self, most: int) -> ProviderFailed:
        """More bytes than any answer has."""
        return ProviderFailed(f"{self.who} sent more than {most // 1024} KiB for one answer, which was not read further")

    def empty(self) -> ProviderFailed:
        """An answer without text."""
        return ProviderFailed(f"{self.who} gave an empty answer")

    def not_understood(self, detail: str = "") -> ProviderFailed:
        """An answer of another shape than the protocol's."""
        told = self.safe(detail)
        return ProviderFailed(f"{self.who} answered with what is no chat completion" + (f": {told}" if told else ""))

    def no_identity(self, error: BaseException) -> ProviderFailed:
        """The cloud's SDK found nobody for us to be."""
        return ProviderRefused(f"{self.who} cannot be asked: no credentials were found ({self.safe(str(error) or type(error).__name__)})")

    def innermost(self, error: BaseException) -> str:
        """The first cause of an error: what the system said, where it said anything, and else what was raised first."""
        chain = {id(error): error}
        while (cause := error.__cause__ or error.__context__) is not None and id(cause) not in chain:
            error = chain[id(cause)] = cause
        first = next((one for one in reversed(chain.values()) if isinstance(one, OSError)), error)
        return self.safe(str(first) or type(first).__name__)

    def safe(self, text: str) -> str:
        """Foreign text as part of our sentence: one short line, and none of the secrets."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            if len(secret) >= _SHORTEST_SECRET:
                text = text.replace(secret, "[masked]")
        return clean_line(mask_secrets(text), 200).rstrip(".")


def _says(status: int) -> str:
    if 300 <= status < 400:
        return "sends us elsewhere, where we do not follow"
    return {
        401: "refused the API key",
        403: "refused the API key",
        402: "wants to be paid first",
        404: "knows no such model or path",
        429: "says that its rate limit or quota is used up",
    }.get(status, "failed")


def detail_of(body: object) -> str:
    """What an error body says, in any of the vendors' forms, empty for none and for pages.

    `{"error": {"message": …}}` (OpenAI, Anthropic, Google), `{"message": …}` (AWS, OCI, Cohere), `{"error": "…"}` (Hugging Face),
    `{"errors": [{"message": …}]}` (watsonx.ai), and a list that holds one of them (Google, in streams).
    """
    if isinstance(body, list) and body:
        return detail_of(body[0])
    if isinstance(body, dict):
        inner = next((body[name] for name in ("error", "errors", "message", "Message", "errorMessage", "detail") if body.get(name)), "")
        return detail_of(inner) if inner is not body else ""
    return body if isinstance(body, str) and not body.lstrip().startswith("<") else ""


def retry_after_of(headers: Mapping[str, Any], now: datetime | None = None) -> float | None:
    """Seconds to wait, from `Retry-After` (a number or a date, RFC 9110 10.2.3), else None. Header names are lower-case."""
    text = str(headers.get("retry-after", "")).strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT) if seconds == seconds else None  # noqa: PLR0124  # not a number
