"""The backends by name."""

import os
from collections.abc import Callable
from importlib import import_module

from kubedx.config import ProviderSettings, SecretText, key_of
from kubedx.errors import ProviderMissing, ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers.contract import Provider
from kubedx.explain.providers.wire import Link

Connect = Callable[[ProviderSettings, SecretText, Link], Provider]
"""Makes a backend's provider. Raises ProviderNotConfigured, and ImportError where a package is not installed."""

KNOWN = (
    *("openai", "anthropic", "localai", "ollama", "azureopenai", "cohere", "amazonbedrock", "amazonbedrockconverse", "amazonsagemaker"),
    *(
        "google",
        "noopai",
        "huggingface",
        "googlevertexai",
        "oci",
        "customrest",
        "ibmwatsonxai",
        "groq",
        "bedrockmantle",
        "litellm",
        "local",
    ),
)
"""The names of the backends: k8sgpt's nineteen, in its order, and `local`. Each is also the name of the extra that installs what it needs,
and, but for _SHARED, of the module in this room that reaches it."""

_SHARED = {"amazonbedrockconverse": "amazonbedrock"}


def connection_of(backend: str) -> Connect:
    """How one of the KNOWN backends is reached. Its module is imported now."""
    connect: Connect = import_module(f"kubedx.explain.providers.{_SHARED.get(backend, backend)}").connect
    return connect


def connect(settings: ProviderSettings, *, timeout: float, ca_file: str = "") -> Provider:
    """The provider of a backend's settings; `timeout` is seconds for one call, `ca_file` a PEM file of CAs to trust besides the system's.

    A name that is no backend's is an OpenAI-compatible server when the settings give its `baseurl`, as in k8sgpt; without
    one it is refused, where k8sgpt would send the cluster's data to OpenAI.
    Raises ProviderMissing, ProviderNotConfigured and ConfigError (a keyring that does not give the key).
    """
    name = settings.name
    if name not in KNOWN and not settings.baseurl:
        shown = clean_line(name, 60)
        raise ProviderNotConfigured(
            f'there is no backend "{shown}"; use one of {", ".join(KNOWN)}, or give its OpenAI-compatible server as baseurl'
        )
    try:
        return connection_of(name if name in KNOWN else "localai")(settings, key_of(settings, os.environ), Link(settings, timeout, ca_file))
    except ImportError as error:
        extra = name if name in KNOWN else "localai"
        raise ProviderMissing(
            f"the backend {clean_line(name, 60)} needs a package that is not installed; run: pip install 'kubedx[{extra}]'"
        ) from error
