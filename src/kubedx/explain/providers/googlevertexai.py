"""`googlevertexai`: Gemini on Google Cloud, over pydantic-ai and Google's client.

https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference tells the protocol. Who we are is found as every client of
Google Cloud finds it (Application Default Credentials: GOOGLE_APPLICATION_CREDENTIALS, workload identity, `gcloud auth`). The model is
the one that was asked for, whatever its name, and so is the region.
"""

import os
from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers.ai_model import ModelProvider, sampling
from kubedx.explain.providers.endpoint import Endpoint, base_url, need
from kubedx.explain.providers.wire import Link, custom_headers

DEFAULT_REGION = "us-central1"
_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
_MULTI_REGIONS = ("us", "eu")


def connect(settings: ProviderSettings, _key: SecretText, link: Link) -> ModelProvider:
    """The region's API without a `baseurl`; `providerid` is the project, else the environment's or the credentials' own."""
    import google.auth
    from google.auth.credentials import with_scopes_if_required
    from google.auth.exceptions import GoogleAuthError
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google_cloud import GoogleCloudProvider

    need(settings, model=settings.model)
    try:
        # With scopes at once, a federated identity would look its project up at Google, though it is told here.
        found, own_project = google.auth.default()
        scoped: Any = with_scopes_if_required
        credentials = scoped(found, _SCOPES)
    except GoogleAuthError as error:
        raise ProviderNotConfigured(
            f"no credentials of Google Cloud were found for the backend {settings.name}; log in with: gcloud auth application-default login"
        ) from error
    project = settings.providerid or os.environ.get("GOOGLE_CLOUD_PROJECT", "") or str(own_project or "")
    need(settings, providerid=project)
    region = settings.providerregion or os.environ.get("GOOGLE_CLOUD_LOCATION", "") or DEFAULT_REGION
    if not region.replace("-", "").isalnum():
        raise ProviderNotConfigured(f'the region "{clean_line(region, 40)}" of the backend {settings.name} is none; correct it')
    url = base_url(settings, _url_of(region))
    endpoint = Endpoint(backend=settings.name, model=settings.model, url=url)
    http_client = link.client(endpoint)
    http_client.headers.update(custom_headers(settings))
    provider = GoogleCloudProvider(credentials=credentials, project=project, location=region, http_client=http_client, base_url=url)
    return ModelProvider(endpoint, GoogleModel(endpoint.model, provider=provider), http_client, sampling(settings), link)


def _url_of(region: str) -> str:
    if region == "global":
        return "https://aiplatform.googleapis.com"
    return f"https://aiplatform.{region}.rep.googleapis.com" if region in _MULTI_REGIONS else f"https://{region}-aiplatform.googleapis.com"
