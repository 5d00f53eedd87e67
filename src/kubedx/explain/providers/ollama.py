"""`ollama`: its OpenAI-compatible API (https://docs.ollama.com/openai). Without a `baseurl` it is this machine, never a public address."""

from kubedx.config import ProviderSettings
from kubedx.explain.providers.endpoint import Endpoint, base_url

DEFAULT_URL = "http://localhost:11434"
DEFAULT_MODEL = "llama3"


def endpoint(settings: ProviderSettings) -> Endpoint:
    """The server at `baseurl` (with or without `/v1`), else Ollama's default port here; k8sgpt's default model."""
    url = base_url(settings, DEFAULT_URL, add_path="/v1").removesuffix("/api/generate").removesuffix("/api/chat").removesuffix("/api")
    return Endpoint(
        backend=settings.name,
        model=settings.model or DEFAULT_MODEL,
        url=url if url.endswith("/v1") else url + "/v1",
        key=settings.password,
    )
