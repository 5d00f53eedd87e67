"""The backends by name."""

import os

from kubedx.config import ProviderSettings
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.providers import localai, ollama, openai
from kubedx.explain.providers.contract import Provider
from kubedx.explain.providers.endpoint import Endpoint

BUILT = ("openai", "localai", "ollama")
"""The backends of this version."""

KNOWN = (
    *(
        "openai",
        "anthropic",
        "localai",
        "ollama",
        "azureopenai",
        "cohere",
        "amazonbedrock",
        "amazonbedrockconverse",
        "amazonsagemaker",
        "google",
    ),
    *("noopai", "huggingface", "googlevertexai", "oci", "customrest", "ibmwatsonxai", "groq", "bedrockmantle", "litellm"),
)
"""The backends that k8sgpt has."""


def connect(settings: ProviderSettings, *, timeout: float) -> Provider:
    """The provider of a backend's settings; `timeout` is seconds for one call with its retry.

    A name that is no backend's is an OpenAI-compatible server when the settings give its `baseurl`, as in k8sgpt; without
    one it is refused, where k8sgpt would send the cluster's data to OpenAI.
    Raises ProviderMissing or ProviderNotConfigured.
    """
    from kubedx.explain.providers.chat import connect_chat

    return connect_chat(endpoint_of(settings), settings, timeout=timeout)


def endpoint_of(settings: ProviderSettings) -> Endpoint:
    """Where and how a backend's settings say to ask. Raises ProviderNotConfigured."""
    name = settings.name
    if name == "openai":
        return openai.endpoint(settings, os.environ)
    if name == "localai":
        return localai.endpoint(settings)
    if name == "ollama":
        return ollama.endpoint(settings)
    if name not in KNOWN and settings.baseurl:
        return localai.endpoint(settings)
    built = ", ".join(BUILT)
    if name in KNOWN:
        raise ProviderNotConfigured(f"the backend {name} is not supported by this version; use one of {built}")
    raise ProviderNotConfigured(f'there is no backend "{name}"; use one of {built}, or give its OpenAI-compatible server as baseurl')
