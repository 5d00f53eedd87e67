"""`localai`: any OpenAI-compatible server. Without a `baseurl` it is this machine, never a public address."""

from kubedx.config import ProviderSettings
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.providers.endpoint import Endpoint, base_url

DEFAULT_URL = "http://localhost:8080/v1"


def endpoint(settings: ProviderSettings) -> Endpoint:
    """The server at `baseurl`, else LocalAI's default port here. It must be told its model: what is served is not known."""
    if not settings.model:
        raise ProviderNotConfigured(f"the backend {settings.name} has no model; add `model: <a model that it serves>` to it in k8sgpt.yaml")
    return Endpoint(backend=settings.name, model=settings.model, url=base_url(settings, DEFAULT_URL, add_path="/v1"), key=settings.password)
