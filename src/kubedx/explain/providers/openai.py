"""`openai`: api.openai.com, or whatever server `baseurl` names."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need_key
from kubedx.explain.providers.wire import Link

DEFAULT_MODEL = "gpt-4o"
PUBLIC_URL = "https://api.openai.com/v1"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """OpenAI's own API without a `baseurl`; only a server of the user's own goes without a key."""
    if not settings.baseurl:
        need_key(settings, key)
    endpoint = ChatEndpoint(
        backend=settings.name,
        model=settings.model or DEFAULT_MODEL,
        url=chat_url(base_url(settings, PUBLIC_URL)),
        key=key,
        openai_dialect=True,
        organization=settings.organizationid,
    )
    return connect_chat(endpoint, settings, link)
