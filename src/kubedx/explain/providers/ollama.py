"""`ollama`: its OpenAI-compatible API (https://docs.ollama.com/openai). Without a `baseurl` it is this machine, never a public address."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url
from kubedx.explain.providers.wire import Link

DEFAULT_URL = "http://localhost:11434"
DEFAULT_MODEL = "llama3"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """The server at `baseurl` (with or without `/v1`), else Ollama's default port here; k8sgpt's default model."""
    url = chat_url(base_url(settings, DEFAULT_URL, add_path="/v1"))
    url = url.removesuffix("/api/generate").removesuffix("/api/chat").removesuffix("/api")
    url = url if url.endswith("/v1") else url + "/v1"
    return connect_chat(ChatEndpoint(backend=settings.name, model=settings.model or DEFAULT_MODEL, url=url, key=key), settings, link)
