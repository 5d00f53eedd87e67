"""`huggingface`: the chat completions of its router, or of a dedicated endpoint or a server of Text Generation Inference.

https://huggingface.co/docs/inference-providers/index#openai-compatible-endpoint and
https://huggingface.co/docs/text-generation-inference/messages_api tell the protocol. The "conversational" API that k8sgpt calls is gone.
"""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need, need_key
from kubedx.explain.providers.wire import Link

PUBLIC_URL = "https://router.huggingface.co/v1"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """The router without a `baseurl`. A model is a repository, with `:provider` behind it where one is wanted."""
    need(settings, model=settings.model)
    if not settings.baseurl:
        need_key(settings, key)
    url = chat_url(base_url(settings, PUBLIC_URL, add_path="/v1"))
    return connect_chat(ChatEndpoint(backend=settings.name, model=settings.model, url=url, key=key), settings, link)
