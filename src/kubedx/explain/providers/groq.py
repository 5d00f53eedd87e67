"""`groq`: Groq's OpenAI-compatible API (https://console.groq.com/docs/openai), so that it needs no client of its own."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need, need_key
from kubedx.explain.providers.wire import Link

PUBLIC_URL = "https://api.groq.com/openai/v1"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """Groq's own API without a `baseurl`."""
    need(settings, model=settings.model)
    if not settings.baseurl:
        need_key(settings, key)
    url = chat_url(base_url(settings, PUBLIC_URL))
    return connect_chat(ChatEndpoint(backend=settings.name, model=settings.model, url=url, key=key), settings, link)
