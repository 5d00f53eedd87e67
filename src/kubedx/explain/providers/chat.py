"""Chat completions over pydantic-ai and OpenAI's client: what `openai`, `localai` and `ollama` share.

Nothing but the prompt leaves: no instrumentation, no description of this machine in the headers, no redirect to another host, no
OPENAI_* settings of the environment for a server that is not OpenAI's, no proxy to this machine itself.
"""

import asyncio
import os
from typing import TYPE_CHECKING, Any

from kubedx import __version__
from kubedx.config import ProviderSettings
from kubedx.errors import ProviderFailed, ProviderMissing, ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.contract import Answer, OnText, ProviderRefused
from kubedx.explain.providers.endpoint import Endpoint, without_userinfo
from kubedx.redact import mask_secrets

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel

DEFAULT_MAX_TOKENS = 2048
"""What k8sgpt asks for."""
USER_AGENT = f"kubedx/{__version__}"
NO_KEY = "none"
"""Sent where a server needs no key; OpenAI's client insists on one."""

_RETRIES = 1  # of a 429, a 5xx or a lost connection, after `Retry-After` where it is at most a minute
_SDK_HEADERS = (
    "Lang",
    "Package-Version",
    "OS",
    "Arch",
    "Runtime",
    "Runtime-Version",
    "Async",
    "Retry-Count",
    "Read-Timeout",
    "Helper-Method",
)


def connect_chat(endpoint: Endpoint, settings: ProviderSettings, *, timeout: float) -> "ChatProvider":
    """A provider for an endpoint. Raises ProviderMissing when the packages are not installed."""
    try:
        from pydantic_ai.models.openai import OpenAIChatModel
        from pydantic_ai.profiles.openai import OpenAIModelProfile
        from pydantic_ai.providers.openai import OpenAIProvider
    except ImportError as error:
        raise ProviderMissing(
            f"the backend {endpoint.backend} needs a package that is not installed; run: pip install 'kubedx[openai]'"
        ) from error
    client = _client(endpoint, settings, timeout)
    profile = None if endpoint.openai_dialect else OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False)
    model = OpenAIChatModel(endpoint.model, provider=OpenAIProvider(openai_client=client), profile=profile)
    return ChatProvider(endpoint, model, client, model_settings(settings), timeout)


def model_settings(settings: ProviderSettings) -> dict[str, Any]:
    """The sampling settings of a backend, as pydantic-ai names them; what the config file does not set is not sent.

    The agent's name goes with each request, where pydantic-ai would put its own.
    """
    wanted = {
        "max_tokens": settings.maxtokens if settings.maxtokens and settings.maxtokens > 0 else DEFAULT_MAX_TOKENS,
        "temperature": settings.temperature,
        "top_p": settings.topp or None,
        "stop_sequences": list(settings.stopsequences) or None,
    }
    return {name: value for name, value in wanted.items() if value is not None} | {"extra_headers": {"User-Agent": USER_AGENT}}


class ChatProvider:
    """A model behind an OpenAI-compatible server."""

    def __init__(
        self, endpoint: Endpoint, model: "OpenAIChatModel", client: "AsyncOpenAI", settings: dict[str, Any], timeout: float
    ) -> None:
        self._endpoint, self._model, self._client, self._settings, self._timeout = endpoint, model, client, settings, timeout

    @property
    def backend(self) -> str:
        """The name of the backend."""
        return self._endpoint.backend

    @property
    def model(self) -> str:
        """The name of the model."""
        return self._endpoint.model

    @property
    def address(self) -> str:
        """The URL without user and password."""
        return self._endpoint.address

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The model's answer. Raises ProviderFailed."""
        from pydantic_ai.direct import model_request
        from pydantic_ai.messages import ModelRequest, SystemPromptPart, TextPart, UserPromptPart

        # Plain str: what is not exactly a str, the packages may treat otherwise.
        request = ModelRequest(parts=[SystemPromptPart(content=str(prompt.system)), UserPromptPart(content=str(prompt.user))])
        try:
            async with asyncio.timeout(self._timeout):
                response = await model_request(
                    self._model,
                    [request],
                    model_settings=self._settings,  # type: ignore[arg-type]  # a TypedDict, built from what is set
                    instrument=False,
                )
        except TimeoutError as error:
            raise ProviderFailed(f"{self._who} did not answer in {self._timeout:g} seconds") from error
        except Exception as error:  # whatever the packages raise must not end the scan
            raise self._failure(error) from error
        text = "".join(part.content for part in response.parts if isinstance(part, TextPart))
        if not text.strip():
            raise ProviderFailed(f"{self._who} gave an empty answer")
        if on_text:
            on_text(text)
        return Answer(text)

    async def close(self) -> None:
        """Give back connections."""
        await self._client.close()

    @property
    def _who(self) -> str:
        return f"the backend {self.backend} ({self.model} at {self.address})"

    def _failure(self, error: Exception) -> ProviderFailed:
        from openai import APIConnectionError, APITimeoutError
        from pydantic_ai.exceptions import ModelHTTPError

        if isinstance(error, ModelHTTPError):
            return self._http_failure(error.status_code, error.body)
        cause = error.__cause__
        if isinstance(cause, APITimeoutError):
            return ProviderFailed(f"{self._who} did not answer in time")
        if isinstance(cause, APIConnectionError):
            return ProviderRefused(f"{self._who} cannot be reached or cut the connection: {self._innermost(cause)}")
        return ProviderFailed(f"{self._who} answered with what is no chat completion: {self._safe(str(error) or type(error).__name__)}")

    def _http_failure(self, status: int, body: object) -> ProviderFailed:
        if status in (401, 403):
            return ProviderRefused(f"{self._who} refused the API key (HTTP {status}); correct its password in k8sgpt.yaml")
        detail = self._safe(_message(body))
        said = f": {detail}" if detail else ""
        if status == 404:
            return ProviderRefused(f"{self._who} knows no such model or path (HTTP 404){said}")
        if status == 429:
            return ProviderFailed(f"{self._who} says that its rate limit or quota is used up (HTTP 429){said}")
        return ProviderFailed(f"{self._who} failed (HTTP {status}){said}")

    def _innermost(self, error: BaseException) -> str:
        while error.__cause__ is not None:
            error = error.__cause__
        return self._safe(str(error) or type(error).__name__)

    def _safe(self, text: str) -> str:
        """Foreign text as part of our sentence: one short line, no secrets, and never the key."""
        key = self._endpoint.key.reveal().strip()
        for secret in (key, self._endpoint.url if without_userinfo(self._endpoint.url) != self._endpoint.url else ""):
            text = text.replace(secret, "[masked]") if secret else text
        return clean_line(mask_secrets(text), 200).rstrip(".")


def _message(body: object) -> str:
    """What an error body says, in OpenAI's form (`{"message": …}`) or in none."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        return message if isinstance(message, str) else ""
    return body if isinstance(body, str) and not body.lstrip().startswith("<") else ""


def _client(endpoint: Endpoint, settings: ProviderSettings, timeout: float) -> "AsyncOpenAI":
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Omit

    headers: dict[str, Any] = {f"X-Stainless-{name}": Omit() for name in _SDK_HEADERS}
    if not endpoint.openai_dialect:
        headers |= {
            line.partition(":")[0].strip(): Omit() for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n") if ":" in line
        }
    headers |= _custom_headers(settings)
    try:
        client = AsyncOpenAI(
            base_url=endpoint.url,
            api_key=endpoint.key.reveal().strip() or NO_KEY,
            organization=endpoint.organization or None,
            max_retries=_RETRIES,
            default_headers=headers,
            http_client=DefaultAsyncHttpxClient(
                proxy=settings.proxy_endpoint or None, trust_env=not endpoint.is_loopback, follow_redirects=False, timeout=timeout
            ),
            timeout=timeout,
        )
    except (ValueError, TypeError) as error:
        raise ProviderNotConfigured(
            f"the settings of the backend {endpoint.backend} are not usable; check its baseurl and proxyEndpoint"
        ) from error
    if not endpoint.openai_dialect:
        client.organization = client.project = None
    return client


def _custom_headers(settings: ProviderSettings) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in settings.customheaders:
        text = value.reveal()
        if not name.isascii() or not name.replace("-", "").replace("_", "").isalnum() or not text.isprintable() or not text.isascii():
            raise ProviderNotConfigured(
                f"the custom header {clean_line(name, 60)} of the backend {settings.name} is not a valid HTTP header"
            )
        headers[name] = f"{headers[name]}, {text}" if name in headers else text
    return headers
