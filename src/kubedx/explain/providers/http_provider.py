"""A provider over plain HTTP: what the backends share that pydantic-ai has no provider for, or none that streams and can be bounded.

A dialect says what a vendor's API wants to hear and how it answers; here is everything else.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from kubedx.errors import ProviderFailed
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.contract import Answer, OnText, Usage
from kubedx.explain.providers.endpoint import Endpoint
from kubedx.explain.providers.failures import Sentences, detail_of, retry_after_of
from kubedx.explain.providers.over_http import OverHttp
from kubedx.explain.providers.wire import MOST_BYTES, Link, TooLongError

if TYPE_CHECKING:
    import httpx2

Document = Mapping[str, Any]


class Call:
    """One request: where to, with which body and headers. `frames` reads a stream's documents, None: the answer is one document.
    `has_schema`: the prompt's schema is in the body.
    """

    __slots__ = ("body", "frames", "has_schema", "headers", "url")

    def __init__(
        self,
        url: str,
        body: Document,
        headers: Mapping[str, str] | None = None,
        frames: "Frames | None" = None,
        *,
        has_schema: bool = False,
    ) -> None:
        self.url, self.body, self.headers, self.frames, self.has_schema = url, body, dict(headers or {}), frames, has_schema


class Frames(Protocol):
    """Reads the documents out of a streamed body. Raises ValueError for what is none."""

    def __call__(self, response: "httpx2.Response") -> AsyncIterator[Any]:
        """Each document as it arrives."""
        ...


class Piece:
    """What one document adds to the answer. `failed` is what it says that went wrong, with the HTTP status that this would be."""

    __slots__ = ("failed", "status", "text", "usage")

    def __init__(self, text: str = "", usage: Usage | None = None, failed: str = "", status: int = 500) -> None:
        self.text, self.usage, self.failed, self.status = text, usage, failed, status


class Dialect(Protocol):
    """A vendor's API. Its methods raise KeyError, TypeError, IndexError, AttributeError or ValueError for documents of another shape."""

    async def prepare(self, client: "httpx2.AsyncClient") -> None:
        """What must be asked before the first call. Raises httpx2.HTTPError."""
        ...

    def call(self, prompt: Prompt, *, stream: bool) -> Call:
        """The request for a prompt. What cannot be streamed is not, whatever was asked."""
        ...

    def piece(self, document: Any, *, streamed: bool) -> Piece:
        """What a document of a stream, or the only one, adds to the answer."""
        ...


class HttpProvider(OverHttp):
    """A dialect as a provider."""

    def __init__(self, endpoint: Endpoint, dialect: Dialect, client: "httpx2.AsyncClient", link: Link) -> None:
        super().__init__(endpoint, client, link)
        self._dialect = dialect

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The model's answer. Raises ProviderFailed."""
        try:
            async with asyncio.timeout(self._timeout):
                await self._dialect.prepare(self._client)
                answer = await self._ask(self._dialect.call(prompt, stream=on_text is not None), on_text or _nobody)
        except ProviderFailed:
            raise
        except TimeoutError as error:
            raise self._sentences.timed_out(self._timeout) from error
        except Exception as error:  # whatever the packages raise must not end the scan
            raise self._failure(error) from error
        if not answer.text.strip():
            raise self._sentences.empty()
        return answer

    async def _ask(self, call: Call, on_text: OnText) -> Answer:
        request = self._client.build_request("POST", call.url, json=call.body, headers=call.headers)
        response = await self._client.send(request, stream=True)
        try:
            if response.status_code >= 300:
                raise refusal(self._sentences, response, await response.aread(), had_schema=call.has_schema)
            return await self._read(response, call, on_text)
        finally:
            await response.aclose()

    async def _read(self, response: "httpx2.Response", call: Call, on_text: OnText) -> Answer:
        texts: list[str] = []
        usage: Usage | None = None
        try:
            async for document in (call.frames or one_document)(response):
                piece = self._dialect.piece(document, streamed=call.frames is not None)
                if piece.failed:
                    raise self._sentences.of_status(piece.status, piece.failed, had_schema=call.has_schema and not texts)
                if piece.text:
                    texts.append(piece.text)
                    on_text(piece.text)
                usage = piece.usage or usage
        except (KeyError, TypeError, IndexError, AttributeError, ValueError, RecursionError) as error:
            raise self._sentences.not_understood() from error
        return Answer("".join(texts), usage)

    def _failure(self, error: Exception) -> ProviderFailed:
        import httpx2

        from kubedx.explain.providers.identity import IdentityError

        told: tuple[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[], ProviderFailed]], ...] = (
            (TooLongError, lambda: self._sentences.too_long(MOST_BYTES)),
            (IdentityError, lambda: self._sentences.no_identity(error.__cause__ or error)),
            (httpx2.TimeoutException, lambda: self._sentences.timed_out(self._timeout)),
            ((httpx2.ConnectError, httpx2.ProxyError, httpx2.UnsupportedProtocol), lambda: self._sentences.unreachable(error)),
            (httpx2.TransportError, lambda: self._sentences.cut(error)),
        )
        if isinstance(error, httpx2.HTTPStatusError):
            return refusal(self._sentences, error.response, error.response.content)
        return next((tell() for kind, tell in told if isinstance(error, kind)), self._sentences.not_understood(type(error).__name__))


def refusal(sentences: Sentences, response: "httpx2.Response", body: bytes, *, had_schema: bool = False) -> ProviderFailed:
    """The failure that an error status with its body means."""
    try:
        detail = detail_of(json.loads(body))
    except (ValueError, RecursionError):
        detail = detail_of(body.decode("utf-8", "replace"))
    return sentences.of_status(response.status_code, detail, retry_after_of(response.headers), had_schema=had_schema)


async def one_document(response: "httpx2.Response") -> AsyncIterator[Any]:
    """The whole body as JSON."""
    yield json.loads(await response.aread())


async def json_lines(response: "httpx2.Response") -> AsyncIterator[Any]:
    """A document a line (https://github.com/ndjson/ndjson-spec); or one document over many lines."""
    lines = (line async for line in response.aiter_lines() if line.strip())
    first = await anext(lines, "")
    try:
        document = json.loads(first)
    except ValueError:
        yield json.loads("\n".join([first, *[line async for line in lines]]))
        return
    yield document
    async for line in lines:
        yield json.loads(line)


async def server_sent(response: "httpx2.Response") -> AsyncIterator[Any]:
    """The data of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html), up to `[DONE]`."""
    data: list[str] = []
    async for line in _and_a_blank_one(response.aiter_lines()):
        if line.startswith("data:"):
            data.append(line.removeprefix("data:").removeprefix(" "))
        elif not line.strip() and data:
            text = "\n".join(data)
            data = []
            if text.strip() == "[DONE]":
                return
            yield json.loads(text)


async def _and_a_blank_one(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    async for line in lines:
        yield line
    yield ""


def _nobody(_text: str) -> None:
    """Who listens to an answer that is not streamed."""
