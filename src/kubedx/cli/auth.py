"""`auth`: which backends are configured, and with which settings. Keys are never printed."""

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kubedx.cli.flags import split
from kubedx.cli.terminal import complain, write_report
from kubedx.config import SecretText, change_config, delete_key, load_config, save_key, variable_of
from kubedx.config import editing as edit
from kubedx.errors import UsageError
from kubedx.explain import KNOWN_BACKENDS

KEYLESS = frozenset(
    {
        *("localai", "ollama", "amazonsagemaker", "amazonbedrock", "amazonbedrockconverse"),
        *("googlevertexai", "oci", "customrest", "bedrockmantle", "litellm", "noopai", "local"),
    }
)
"""Backends that need no key: local ones, and clouds that know us by other means."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    "localai": ("model",),
    "azureopenai": ("engine", "baseurl"),
    "cohere": ("model",),
    "amazonbedrock": ("providerregion", "model"),
    "amazonbedrockconverse": ("providerregion", "model"),
    "amazonsagemaker": ("endpointname", "providerregion"),
    "huggingface": ("model",),
    "googlevertexai": ("model",),
    "oci": ("compartmentid", "model"),
    "ibmwatsonxai": ("providerid", "model"),
    "groq": ("model",),
    "bedrockmantle": ("providerregion", "model"),
    "litellm": ("model",),
    "local": ("model",),
}
"""Settings without which a backend cannot be asked: k8sgpt's, and the model where none is everybody's."""

SPELLING = {
    "providerregion": "providerRegion",
    "providerid": "providerId",
    "organizationid": "organizationId",
    "compartmentid": "compartmentId",
}
API_TYPES = ("AZURE", "AZURE_AD", "CLOUDFLARE_AZURE")
MOST_KEY = 64 * 1024


class AuthOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `auth add` and `auth update` as they were typed; empty is not given."""

    backend: str = ""
    model: str = ""
    password: str = ""
    password_stdin: bool = False
    keyring: bool = False
    baseurl: str = ""
    endpointname: str = ""
    topp: str = ""
    topk: str = ""
    maxtokens: str = ""
    stopsequences: tuple[str, ...] = ()
    temperature: str = ""
    engine: str = ""
    providerregion: str = ""
    providerid: str = ""
    compartmentid: str = ""
    organizationid: str = ""
    azureapitype: str = ""
    azureapiversion: str = ""
    proxyendpoint: str = ""
    config: str = ""
    verbose: bool = False

    @property
    def path(self) -> Path | None:
        """The config file that was named."""
        return Path(self.config) if self.config else None

    def settings(self) -> dict[str, Any]:
        """What was given, checked, under the names of the config file. Raises UsageError."""
        if self.azureapitype and self.azureapitype not in API_TYPES:
            raise UsageError(f'--azureAPIType is one of {", ".join(API_TYPES)}, not "{self.azureapitype}"')
        given: dict[str, Any] = {
            "model": self.model,
            "baseurl": self.baseurl,
            "proxyEndpoint": self.proxyendpoint,
            "endpointname": self.endpointname,
            "engine": self.engine,
            "temperature": _number("--temperature", self.temperature, 0, 1),
            "providerregion": self.providerregion,
            "providerid": self.providerid,
            "compartmentid": self.compartmentid,
            "topp": _number("--topp", self.topp, 0, 1),
            "topk": _whole("--topk", self.topk, 1, 100),
            "maxtokens": _whole("--maxtokens", self.maxtokens, 1, 1_000_000),
            "stopsequences": list(split(self.stopsequences)),
            "organizationid": self.organizationid,
            "azureapitype": self.azureapitype,
            "azureapiversion": self.azureapiversion,
        }
        return {key: value for key, value in given.items() if value not in ("", None, [])}


def add(options: AuthOptions) -> int:
    """Add a backend. Raises UsageError when it is there already or lacks a setting, and ConfigError."""
    backend = _known(options.backend or "openai")
    if not options.backend:
        complain("kubedx: no --backend was given; adding openai")
    settings = options.settings()
    _check_needed(backend, settings)
    key = _key(options, backend, wanted=backend not in KEYLESS and settings.get("azureapitype") != "AZURE_AD")

    def change(document: edit.Document) -> None:
        ai = edit.section_of(document, "ai")
        providers = edit.entries_of(ai, "providers")
        if edit.named(providers, backend) is not None:
            raise UsageError(f"the backend {backend} is configured already; change it with: kubedx auth update --backend {backend}")
        providers.append({"name": backend, **settings, **_stored(options, backend, key)})
        if not edit.value_of(ai, "defaultprovider"):
            edit.put(ai, "defaultprovider", backend)

    path = change_config(options.path, os.environ, change)
    complain(f"kubedx: {backend} is configured in {path}; try: kubedx analyze --explain --backend {backend}")
    return 0


def update(options: AuthOptions) -> int:
    """Change what was given of a backend's settings, and nothing else. Raises UsageError and ConfigError."""
    if not options.backend:
        raise UsageError("say which backend to change with --backend NAME")
    backend = options.backend.lower()
    settings = options.settings()
    asked = bool(options.password or options.password_stdin or options.keyring)
    key = _key(options, backend, wanted=options.keyring) if asked else SecretText()
    if not settings and not key:
        raise UsageError(f"nothing to change of {backend} was given; kubedx auth update --help lists what can be")

    def change(document: edit.Document) -> None:
        provider = edit.named(edit.entries_of(edit.section_of(document, "ai"), "providers"), backend)
        if provider is None:
            raise UsageError(f"the backend {backend} is not configured; add it with: kubedx auth add --backend {backend}")
        stored = _stored(options, backend, key)
        for name in ("password", "keyring") if stored else ():
            edit.put(provider, name, None)
        for name, value in {**settings, **stored}.items():
            edit.put(provider, name, value)

    path = change_config(options.path, os.environ, change)
    complain(f"kubedx: {backend} is changed in {path}")
    return 0


def remove(backends: tuple[str, ...], config: str) -> int:
    """Take backends out, all or none. Raises UsageError for one that is not configured, and ConfigError."""
    names = [name.lower() for name in split(backends)]
    if not names:
        raise UsageError("say which backends to remove with --backends NAME,NAME")
    in_keyring: list[str] = []

    def change(document: edit.Document) -> None:
        ai = edit.section_of(document, "ai")
        providers = edit.entries_of(ai, "providers")
        for name in names:
            entry = edit.named(providers, name)
            if entry is None:
                raise UsageError(f"the backend {name} is not configured; kubedx auth list shows which are")
            if edit.value_of(entry, "keyring"):
                in_keyring.append(name)
            providers.remove(entry)
        if str(edit.value_of(ai, "defaultprovider")) in names:
            edit.put(ai, "defaultprovider", next(edit.names_of(providers), None))

    change_config(Path(config) if config else None, os.environ, change)
    for name in in_keyring:
        delete_key(name)
    complain(f"kubedx: removed {', '.join(names)}")
    return 0


def default(provider: str, config: str) -> int:
    """Make a configured backend the one that --explain asks. Raises UsageError and ConfigError."""
    name = provider.lower()
    if not name:
        complain("kubedx: say which with --provider NAME; kubedx auth list shows the present one")
        return 0

    def change(document: edit.Document) -> None:
        ai = edit.section_of(document, "ai")
        if edit.named(edit.entries_of(ai, "providers"), name) is None:
            raise UsageError(f"the backend {name} is not configured; add it with: kubedx auth add --backend {name}")
        edit.put(ai, "defaultprovider", name)

    change_config(Path(config) if config else None, os.environ, change)
    complain(f"kubedx: --explain asks {name} from now on")
    return 0


def show(config: str, *, details: bool) -> int:
    """List the backends as k8sgpt does: the default, those that are configured, those that are not. Raises ConfigError."""
    settings = load_config(Path(config) if config else None, os.environ).ai
    active = [provider.name for provider in settings.providers]
    lines = ["Default: ", f"> {settings.default_provider or (active[0] if active else 'openai')}", "Active: "]
    for provider in settings.providers:
        lines.append(f"> {provider.name}")
        if details:
            told = {"Model": provider.model, "Engine": provider.engine, "BaseURL": _without_user(provider.baseurl)}
            lines += [f"   - {name}: {value}" for name, value in told.items() if value]
    lines += ["Unused: ", *(f"> {name}" for name in KNOWN_BACKENDS if name not in active)]
    write_report("\n".join(lines) + "\n", "utf-8")
    return 0


def _known(name: str) -> str:
    backend = name.lower()
    if backend not in KNOWN_BACKENDS:
        raise UsageError(f'there is no backend "{name}"; use one of {", ".join(KNOWN_BACKENDS)}')
    return backend


def _check_needed(backend: str, settings: Mapping[str, Any]) -> None:
    lacking = [f"--{SPELLING.get(name, name)}" for name in NEEDED.get(backend, ()) if name not in settings]
    if lacking:
        raise UsageError(f"{backend} needs {' and '.join(lacking)}")


def _stored(options: AuthOptions, backend: str, key: SecretText) -> dict[str, Any]:
    """What the file holds of a key."""
    if not key:
        return {}
    if options.keyring:
        save_key(backend, key)
        return {"keyring": True}
    return {"password": key.reveal()}


def _key(options: AuthOptions, backend: str, *, wanted: bool) -> SecretText:
    """The key, from the first place that has one: the flag, standard input, the environment (which it stays in), or the keyboard."""
    if options.password and options.password_stdin:
        raise UsageError("--password and --password-stdin exclude each other; leave one out")
    if options.password:
        complain("kubedx: a key on the command line is seen in the list of processes and in the shell's history; use --password-stdin")
        return SecretText(options.password)
    if options.password_stdin:
        return _from_stdin()
    if not wanted:
        return SecretText()
    variable = "" if options.baseurl or options.keyring else variable_of(backend, os.environ)
    if variable:
        complain(f"kubedx: the key is in ${variable} and will be read from there; it is not written to the config file")
        return SecretText()
    return _from_keyboard(backend)


def _from_stdin() -> SecretText:
    text = sys.stdin.read(MOST_KEY) if sys.stdin else ""
    key = text.strip()
    if not key:
        raise UsageError("--password-stdin: there was no key on standard input")
    return SecretText(key)


def _from_keyboard(backend: str) -> SecretText:
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError(f"{backend} needs a key, and nobody is there to type it; give it on standard input with --password-stdin")
    key = getpass.getpass(f"Enter {backend} Key: ").strip()
    if not key:
        raise UsageError("no key was typed; nothing was changed")
    return SecretText(key)


def _number(flag: str, text: str, least: float, most: float) -> float | None:
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = most + 1
    if not least <= number <= most:
        raise UsageError(f'{flag} is a number from {least} to {most}, not "{text}"')
    return number


def _whole(flag: str, text: str, least: int, most: int) -> int | None:
    number = _number(flag, text, least, most)
    if number is None:
        return None
    if number != int(number):
        raise UsageError(f'{flag} is a whole number, not "{text}"')
    return int(number)


def _without_user(url: str) -> str:
    """A URL without the user and password that it may hold."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path}" if separator else url
