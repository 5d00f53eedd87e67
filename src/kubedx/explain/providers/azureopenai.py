"""`azureopenai`: a deployment of Azure OpenAI (https://learn.microsoft.com/azure/ai-foundry/openai/reference).

POST {baseurl}/openai/deployments/{engine}/chat/completions?api-version=…, with the key in `api-key`, or a token of Entra ID.
"""

from typing import TYPE_CHECKING
from urllib.parse import quote

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need, need_key
from kubedx.explain.providers.wire import Link, key_for_header

if TYPE_CHECKING:
    from kubedx.explain.providers.identity import FetchedToken, KeyHeader

DEFAULT_VERSION = "2024-10-21"
"""The last of Azure's dated versions that is generally available; k8sgpt's 2023-05-15 knows no recent model."""

SCOPE = "https://cognitiveservices.azure.com/.default"
_UNSAFE = str.maketrans("", "", ".:")


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """The deployment `engine`, else one named like the model without `.` and `:`, as Azure names them.

    `azureapitype` AZURE_AD: the password is a token of Entra ID; without one, whoever Azure's own chain finds (workload identity, managed
    identity, `az login`). CLOUDFLARE_AZURE: `baseurl` ends where `/chat/completions` begins.
    """
    need(settings, baseurl=settings.baseurl)
    deployment = settings.engine or settings.model.translate(_UNSAFE)
    keyless = settings.azureapitype.upper() == "AZURE_AD" and not key
    if not keyless:
        need_key(settings, key)
    url = chat_url(base_url(settings, ""))
    if settings.azureapitype.upper() != "CLOUDFLARE_AZURE" and "/openai/deployments/" not in url:
        need(settings, engine=deployment)
        url = f"{url.removesuffix('/openai')}/openai/deployments/{quote(deployment, safe='')}"
    endpoint = ChatEndpoint(
        backend=settings.name,
        model=settings.model or deployment,
        url=url,
        key=key,
        openai_dialect=True,
        organization=settings.organizationid,
        query=(("api-version", settings.azureapiversion or DEFAULT_VERSION),),
    )
    return connect_chat(endpoint, settings, link, _identity(endpoint, is_entra=settings.azureapitype.upper() == "AZURE_AD"))


def _identity(endpoint: ChatEndpoint, *, is_entra: bool) -> "FetchedToken | KeyHeader | None":
    """Who we are; None: the key is a bearer token."""
    from kubedx.explain.providers.identity import FetchedToken, KeyHeader

    if not is_entra:
        return KeyHeader("api-key", key_for_header(endpoint.backend, endpoint.key))
    if endpoint.key:
        return None
    from azure.identity import DefaultAzureCredential

    credential = DefaultAzureCredential()
    return FetchedToken(lambda: str(credential.get_token(SCOPE).token))
