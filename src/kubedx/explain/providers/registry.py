"""The backends by name."""

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

from kubedx.config import ProviderSettings, SecretText, key_of
from kubedx.errors import ProviderMissing, ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers import (
    amazonbedrock,
    amazonsagemaker,
    anthropic,
    azureopenai,
    bedrockmantle,
    cohere,
    customrest,
    google,
    googlevertexai,
    groq,
    huggingface,
    ibmwatsonxai,
    litellm,
    local,
    localai,
    noopai,
    oci,
    ollama,
    openai,
)
from kubedx.explain.providers.contract import Provider
from kubedx.explain.providers.wire import Link

Connect = Callable[[ProviderSettings, SecretText, Link], Provider]
"""Makes a backend's provider. Raises ProviderNotConfigured, and ImportError where a package is not installed."""

BACKENDS: Mapping[str, Connect] = MappingProxyType(
    {
        "openai": openai.connect,
        "anthropic": anthropic.connect,
        "localai": localai.connect,
        "ollama": ollama.connect,
        "azureopenai": azureopenai.connect,
        "cohere": cohere.connect,
        "amazonbedrock": amazonbedrock.connect,
        "amazonbedrockconverse": amazonbedrock.connect,
        "amazonsagemaker": amazonsagemaker.connect,
        "google": google.connect,
        "noopai": noopai.connect,
        "huggingface": huggingface.connect,
        "googlevertexai": googlevertexai.connect,
        "oci": oci.connect,
        "customrest": customrest.connect,
        "ibmwatsonxai": ibmwatsonxai.connect,
        "groq": groq.connect,
        "bedrockmantle": bedrockmantle.connect,
        "litellm": litellm.connect,
        "local": local.connect,
    }
)
"""k8sgpt's nineteen, in its order, and `local`."""

KNOWN = tuple(BACKENDS)
"""The names of the backends. Each is also the name of the extra that installs what it needs."""


def connect(settings: ProviderSettings, *, timeout: float, ca_file: str = "") -> Provider:
    """The provider of a backend's settings; `timeout` is seconds for one call, `ca_file` a PEM file of CAs to trust besides the system's.

    A name that is no backend's is an OpenAI-compatible server when the settings give its `baseurl`, as in k8sgpt; without
    one it is refused, where k8sgpt would send the cluster's data to OpenAI.
    Raises ProviderMissing, ProviderNotConfigured and ConfigError (a keyring that does not give the key).
    """
    name = settings.name
    if name not in BACKENDS and not settings.baseurl:
        shown = clean_line(name, 60)
        raise ProviderNotConfigured(
            f'there is no backend "{shown}"; use one of {", ".join(KNOWN)}, or give its OpenAI-compatible server as baseurl'
        )
    try:
        return BACKENDS.get(name, localai.connect)(settings, key_of(settings, os.environ), Link(settings, timeout, ca_file))
    except ImportError as error:
        extra = name if name in BACKENDS else "localai"
        raise ProviderMissing(
            f"the backend {clean_line(name, 60)} needs a package that is not installed; run: pip install 'kubedx[{extra}]'"
        ) from error
