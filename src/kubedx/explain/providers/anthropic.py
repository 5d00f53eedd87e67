"""`anthropic`: Claude's Messages API (https://docs.claude.com/en/api/messages), over pydantic-ai and Anthropic's client.

None of the environment's ANTHROPIC_* settings counts but the key, and that for Anthropic's own address alone.
"""

import os
from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider, sampling
from kubedx.explain.providers.chat import STAINLESS_HEADERS
from kubedx.explain.providers.endpoint import Endpoint, base_url, need_key
from kubedx.explain.providers.wire import USER_AGENT, Link, custom_headers, key_for_header

PUBLIC_URL = "https://api.anthropic.com"
DEFAULT_MODEL = "claude-sonnet-4-6"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """Anthropic's own API without a `baseurl`, which may end in the path of the method."""
    from anthropic import AsyncAnthropic, Omit
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    need_key(settings, key)
    url = base_url(settings, PUBLIC_URL).removesuffix("/messages").removesuffix("/v1")
    endpoint = Endpoint(backend=settings.name, model=settings.model or DEFAULT_MODEL, url=url, key=key)
    http_client = link.client(endpoint)
    headers: dict[str, Any] = {f"X-Stainless-{name}": Omit() for name in STAINLESS_HEADERS}
    headers |= {
        line.partition(":")[0].strip(): Omit() for line in os.environ.get("ANTHROPIC_CUSTOM_HEADERS", "").split("\n") if ":" in line
    }
    client = AsyncAnthropic(
        api_key=key_for_header(endpoint.backend, key),
        base_url=url,
        max_retries=0,
        timeout=link.timeout,
        default_headers=headers | custom_headers(settings),
        http_client=http_client,
    )
    wanted = sampling(settings)
    if "temperature" in wanted:
        wanted.pop("top_p", None)  # its models take one of the two
    model = AnthropicModel(endpoint.model, provider=AnthropicProvider(anthropic_client=client))
    return ModelProvider(endpoint, model, http_client, wanted | {"extra_headers": {"User-Agent": USER_AGENT}}, link)
