"""The settings that k8sgpt.yaml can hold, under k8sgpt's names (its schema is told in its README and `pkg/ai/iai.go`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from kubedx.config.secret import SecretText


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of `ai.providers`. What the file does not set is empty, or None where zero has a meaning.

    URLs may bear a user and a password, so only the name and the model are ever shown.
    """

    name: str
    model: str = ""
    password: SecretText = SecretText()
    baseurl: str = ""
    proxy_endpoint: str = ""
    proxy_port: str = ""
    endpointname: str = ""
    engine: str = ""
    temperature: float | None = None
    providerregion: str = ""
    providerid: str = ""
    compartmentid: str = ""
    topp: float | None = None
    topk: int | None = None
    maxtokens: int | None = None
    stopsequences: tuple[str, ...] = ()
    organizationid: str = ""
    azureapitype: str = ""
    azureapiversion: str = ""
    customheaders: tuple[tuple[str, SecretText], ...] = ()
    keyring: bool = False
    """Whether its key stands in the keyring (kubedx's own)."""

    def __repr__(self) -> str:
        return f"ProviderSettings(name={self.name!r}, model={self.model!r}, …)"

    __str__ = __repr__


class AISettings(msgspec.Struct, frozen=True):
    """The `ai` section. `prompts` are the user's own, by kind or `default`, each with a slot for the language and one for the data."""

    default_provider: str = ""
    providers: tuple[ProviderSettings, ...] = ()
    prompts: tuple[tuple[str, str], ...] = ()

    def provider(self, name: str) -> ProviderSettings | None:
        """The settings of a backend, by its exact name; the first entry counts."""
        return next((provider for provider in self.providers if provider.name == name), None)


class CacheSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The `cache` section: which store answers are kept in (empty: files), and where that is.

    Of the fields after the first, a store has its own section in the file, under k8sgpt's names; `ttl`, such as 30d, is
    kubedx's own.
    """

    current_cache_type: str = ""
    region: str = ""
    bucketname: str = ""
    endpoint: str = ""
    insecure: bool = False
    storageaccount: str = ""
    container: str = ""
    projectid: str = ""
    connection_string: str = ""
    ttl: str = ""


class BudgetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The `budget` section, which is kubedx's own: limits as the flags `--max-calls`, `--max-tokens` and `--max-cost` take them.

    `prices` are dollars for a million tokens, of the prompt and of the answer, by model.
    """

    maxcalls: tuple[str, ...] = ()
    maxtokens: tuple[str, ...] = ()
    maxcost: tuple[str, ...] = ()
    prices: dict[str, tuple[float, float]] = {}


class CustomAnalyzer(msgspec.Struct, frozen=True):
    """An entry of `custom_analyzers`: a gRPC server that finds faults."""

    name: str
    url: str = ""
    port: int = 0


class IgnoreEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of `ignore`, which is kubedx's own: findings of this code on objects that match the patterns are not reported."""

    code: str
    kind: str = "*"
    namespace: str = "*"
    name: str = "*"
    reason: str
    expires: date | None = None


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that k8sgpt.yaml says. `path` is where it was read from, or would be written to.

    `document` is the file as it stands, with the keys that we do not know, for writing it back; it may hold
    secrets and is never shown.
    """

    path: str = ""
    ai: AISettings = AISettings()
    active_filters: tuple[str, ...] = ()
    cache: CacheSettings = CacheSettings()
    budget: BudgetSettings = BudgetSettings()
    custom_analyzers: tuple[CustomAnalyzer, ...] = ()
    ignore: tuple[IgnoreEntry, ...] = ()
    document: Mapping[str, Any] = {}

    def __repr__(self) -> str:
        return f"Config(path={self.path!r}, ai={self.ai!r}, active_filters={self.active_filters!r}, …)"

    __str__ = __repr__
