"""Where a backend listens, and what it wants to hear."""

from urllib.parse import SplitResult, urlsplit, urlunsplit

import msgspec

from kubedx.config import KEY_VARIABLES, ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.loopback import is_this_machine


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a backend listens, as which model, and with which key, which may be empty where none is needed."""

    backend: str
    model: str
    url: str
    key: SecretText = SecretText()

    @property
    def address(self) -> str:
        """The URL without user and password."""
        return without_userinfo(self.url)

    @property
    def userinfo(self) -> str:
        """The user and password of the URL, empty where it has none."""
        return urlsplit(self.url).netloc.rpartition("@")[0]

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, so that no proxy stands between."""
        return is_this_machine(self.url)


def base_url(settings: ProviderSettings, default: str, *, add_path: str = "") -> str:
    """The backend's base URL, or the default one; `add_path` is added where the URL has no path. Raises ProviderNotConfigured."""
    url = (settings.baseurl or default).strip().rstrip("/")
    try:
        parts = urlsplit(url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_valid = SplitResult("", "", "", "", ""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise ProviderNotConfigured(f"the baseurl of the backend {settings.name} is no http or https URL; correct it in k8sgpt.yaml")
    return url + add_path if parts.path in ("", "/") else url


def need(settings: ProviderSettings, **values: str) -> None:
    """Raises ProviderNotConfigured for the first setting, by its name in the config file, that is empty."""
    for name, value in values.items():
        if not value:
            raise ProviderNotConfigured(
                f"the backend {settings.name} has no {name}; set it with: kubedx auth update --backend {settings.name}, or in k8sgpt.yaml"
            )


def need_key(settings: ProviderSettings, key: SecretText) -> None:
    """Raises ProviderNotConfigured where there is no key. The environment's counts for the vendor's own address alone."""
    if key:
        return
    variables = () if settings.baseurl else KEY_VARIABLES.get(settings.name, ())
    where = f", or set {' or '.join(variables)}" if variables else ""
    raise ProviderNotConfigured(
        f"the backend {settings.name} has no API key; add one with: kubedx auth update --backend {settings.name} --password-stdin{where}"
    )


def without_userinfo(url: str) -> str:
    """A URL without its user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
