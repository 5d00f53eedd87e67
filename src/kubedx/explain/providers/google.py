"""`google`: the Gemini API (https://ai.google.dev/api/generate-content), over pydantic-ai and Google's client."""

import json
from typing import TYPE_CHECKING, Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.providers.ai_model import ModelProvider, sampling
from kubedx.explain.providers.endpoint import Endpoint, base_url, need_key
from kubedx.explain.providers.wire import Link, custom_headers, key_for_header

if TYPE_CHECKING:
    from kubedx.explain.providers.identity import FetchedToken

PUBLIC_URL = "https://generativelanguage.googleapis.com"
DEFAULT_MODEL = "gemini-flash-latest"
"""Google's own name for its latest small model."""

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/generative-language.retriever")
_KEY_HEADER = "x-goog-api-key"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """Google's own API without a `baseurl`. A key that begins with `{` is a service account, as JSON."""
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    need_key(settings, key)
    url = base_url(settings, PUBLIC_URL)
    endpoint = Endpoint(backend=settings.name, model=settings.model or DEFAULT_MODEL, url=url, key=key)
    http_client = link.client(endpoint)
    http_client.headers.update(custom_headers(settings))
    text = key.reveal().strip()
    is_account = text.startswith("{")
    if is_account:
        http_client.auth = _service_account(text)
    api_key = "none" if is_account else key_for_header(endpoint.backend, key)
    provider = GoogleProvider(api_key=api_key, http_client=http_client, base_url=url)
    return ModelProvider(endpoint, GoogleModel(endpoint.model, provider=provider), http_client, sampling(settings), link)


def _service_account(text: str) -> "FetchedToken":
    from google.oauth2 import service_account

    from kubedx.explain.providers.identity import FetchedToken

    kind: Any = service_account.Credentials
    try:
        credentials = kind.from_service_account_info(json.loads(text), scopes=_SCOPES)
    except (ValueError, TypeError, AttributeError) as error:
        raise ProviderNotConfigured("the key of the backend google begins like a service account and is none; enter it again") from error

    def fetch() -> str:
        from google.auth.transport.requests import Request

        if not credentials.valid:
            credentials.refresh(Request())
        return str(credentials.token)

    return FetchedToken(fetch, without=(_KEY_HEADER,))
