"""`litellm`: the LiteLLM proxy (https://docs.litellm.ai/docs/simple_proxy). Without a `baseurl` it is this machine."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need
from kubedx.explain.providers.wire import Link

DEFAULT_URL = "http://localhost:4000/v1"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """The proxy at `baseurl`, else at its default port here. Its models are whatever its owner named them."""
    need(settings, model=settings.model)
    url = chat_url(base_url(settings, DEFAULT_URL, add_path="/v1"))
    return connect_chat(ChatEndpoint(backend=settings.name, model=settings.model, url=url, key=key), settings, link)
