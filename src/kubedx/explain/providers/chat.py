"""OpenAI's chat completions, over pydantic-ai and OpenAI's client: ten backends speak them.

No OPENAI_* setting of the environment reaches a server that is not OpenAI's, and no header describes this machine.
"""

import os
from typing import TYPE_CHECKING, Any

from kubedx.config import ProviderSettings
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.providers.ai_model import ModelProvider, sampling
from kubedx.explain.providers.endpoint import Endpoint
from kubedx.explain.providers.wire import USER_AGENT, Link, custom_headers, key_for_header

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

NO_KEY = "none"
"""Sent where a server needs no key; OpenAI's client insists on one."""

STAINLESS_HEADERS = (
    *(
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
        "Timeout",
    ),
)
"""What the clients of OpenAI and Anthropic tell of this machine in headers X-Stainless-…; they are left out."""


class ChatEndpoint(Endpoint, frozen=True, kw_only=True):
    """A server of chat completions. `url` ends where `/chat/completions` begins.

    `openai_dialect`: it takes `max_completion_tokens` and the organisation, as OpenAI itself does; others take `max_tokens`.
    `query` goes with each request.
    """

    openai_dialect: bool = False
    organization: str = ""
    query: tuple[tuple[str, str], ...] = ()


def connect_chat(endpoint: ChatEndpoint, settings: ProviderSettings, link: Link, auth: "httpx2.Auth | None" = None) -> ModelProvider:
    """A provider for an endpoint; `auth` puts another identity than the key on requests. Raises ProviderNotConfigured and ImportError."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider

    http_client = link.client(endpoint)
    if auth is not None:
        http_client.auth = auth
    client = _client(endpoint, settings, link, http_client)
    profile = OpenAIModelProfile(supports_json_schema_output=True)
    if not endpoint.openai_dialect:
        profile["openai_chat_supports_max_completion_tokens"] = False
    model = OpenAIChatModel(endpoint.model, provider=OpenAIProvider(openai_client=client), profile=profile)
    # The agent's name goes with each request, where pydantic-ai would put its own. Chat completions have no top_k.
    wanted = {name: value for name, value in sampling(settings).items() if name != "top_k"} | {"extra_headers": {"User-Agent": USER_AGENT}}
    return ModelProvider(endpoint, model, http_client, wanted, link)


def _client(endpoint: ChatEndpoint, settings: ProviderSettings, link: Link, http_client: "httpx2.AsyncClient") -> "AsyncOpenAI":
    from openai import AsyncOpenAI, Omit

    headers: dict[str, Any] = {f"X-Stainless-{name}": Omit() for name in STAINLESS_HEADERS}
    if not endpoint.openai_dialect:
        headers |= {
            line.partition(":")[0].strip(): Omit() for line in os.environ.get("OPENAI_CUSTOM_HEADERS", "").split("\n") if ":" in line
        }
    key = key_for_header(endpoint.backend, endpoint.key)
    headers |= custom_headers(settings)
    try:
        client = AsyncOpenAI(
            base_url=endpoint.url,
            api_key=key or NO_KEY,
            organization=endpoint.organization or None,
            max_retries=0,
            default_headers=headers,
            default_query=dict(endpoint.query) or None,
            http_client=http_client,
            timeout=link.timeout,
        )
    except (ValueError, TypeError) as error:
        raise ProviderNotConfigured(f"the settings of the backend {endpoint.backend} are not usable; check its baseurl") from error
    if not endpoint.openai_dialect:
        client.organization = client.project = None
    return client


def chat_url(url: str) -> str:
    """The base URL without the path of the method itself, which some paste with it."""
    return url.removesuffix("/chat/completions")
