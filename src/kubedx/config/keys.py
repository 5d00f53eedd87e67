"""Where a backend's key comes from: the config file, the keyring of the desktop or system, or the environment."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

from kubedx.config.model import ProviderSettings
from kubedx.config.secret import SecretText
from kubedx.errors import ConfigError

SERVICE = "kubedx"
"""The name under which keys stand in a keyring."""

KEY_VARIABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "openai": ("OPENAI_API_KEY",),
        "anthropic": ("ANTHROPIC_API_KEY",),
        "azureopenai": ("AZURE_OPENAI_API_KEY",),
        "cohere": ("CO_API_KEY", "COHERE_API_KEY"),
        "google": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        "groq": ("GROQ_API_KEY",),
        "huggingface": ("HF_TOKEN",),
        "ibmwatsonxai": ("WATSONX_APIKEY",),
        "amazonbedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
        "amazonbedrockconverse": ("AWS_BEARER_TOKEN_BEDROCK",),
        "bedrockmantle": ("AWS_BEARER_TOKEN_BEDROCK",),
    }
)
"""The variables in which the vendors' own clients look for a key."""


def variable_of(backend: str, environment: Mapping[str, str]) -> str:
    """The first variable that is set and holds a key for the backend; empty when there is none."""
    return next((name for name in KEY_VARIABLES.get(backend, ()) if environment.get(name, "").strip()), "")


def key_of(settings: ProviderSettings, environment: Mapping[str, str]) -> SecretText:
    """The key of a backend: the config file's, else the keyring's where the file says so, else the environment's; or an empty one.

    The environment's counts only for the vendor's own address: a `baseurl` may be anybody's. Raises ConfigError.
    """
    if settings.password:
        return settings.password
    if settings.keyring:
        return load_key(settings.name)
    name = "" if settings.baseurl else variable_of(settings.name, environment)
    return SecretText(environment[name].strip()) if name else SecretText()


def save_key(backend: str, key: SecretText) -> None:
    """Keep a key in the keyring. Raises ConfigError where there is none that can."""
    keyring = _keyring()
    try:
        keyring.set_password(SERVICE, backend, key.reveal())
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        raise ConfigError(f"the keyring does not take the key of {backend}: {_first_line(error)}; leave out --keyring") from error


def load_key(backend: str) -> SecretText:
    """The key in the keyring. Raises ConfigError where it cannot be had."""
    keyring = _keyring()
    try:
        key = keyring.get_password(SERVICE, backend)
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        raise ConfigError(f"the keyring does not give the key of {backend}: {_first_line(error)}") from error
    if not key:
        raise ConfigError(f"the keyring holds no key of {backend}; add it with: kubedx auth update --backend {backend} --keyring")
    return SecretText(key)


def delete_key(backend: str) -> None:
    """Take a key out of the keyring; one that is not there is gone already."""
    keyring = _keyring()
    try:
        keyring.delete_password(SERVICE, backend)
    except keyring.errors.PasswordDeleteError:
        return
    except (keyring.errors.KeyringError, RuntimeError, OSError) as error:
        raise ConfigError(f"the keyring does not let go of the key of {backend}: {_first_line(error)}") from error


def _keyring() -> ModuleType:
    try:
        return import_module("keyring")
    except ImportError as error:
        raise ConfigError("keeping keys in the keyring needs a package that is not installed: pip install 'kubedx[keyring]'") from error


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
