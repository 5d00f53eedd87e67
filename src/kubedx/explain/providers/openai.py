"""`openai`: api.openai.com, or whatever server `baseurl` names."""

from collections.abc import Mapping

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.providers.endpoint import Endpoint, base_url

DEFAULT_MODEL = "gpt-4o"
PUBLIC_URL = "https://api.openai.com/v1"


def endpoint(settings: ProviderSettings, environment: Mapping[str, str]) -> Endpoint:
    """OpenAI's own API without a `baseurl`. The key is `password`, else OPENAI_API_KEY; only a server of the user's own goes without."""
    key = settings.password or SecretText(environment.get("OPENAI_API_KEY", ""))
    if not key and not settings.baseurl:
        raise ProviderNotConfigured(
            "the backend openai has no API key; set its password in k8sgpt.yaml, or the environment variable OPENAI_API_KEY"
        )
    return Endpoint(
        backend=settings.name,
        model=settings.model or DEFAULT_MODEL,
        url=base_url(settings, PUBLIC_URL),
        key=key,
        openai_dialect=True,
        organization=settings.organizationid,
    )
