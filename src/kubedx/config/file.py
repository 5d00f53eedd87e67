"""Finding and reading k8sgpt.yaml.

An absent file is an empty one; a file that cannot be read or understood is a ConfigError, never an empty one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kubedx.config.model import AISettings, BudgetSettings, CacheSettings, Config, CustomAnalyzer, IgnoreEntry, ProviderSettings
from kubedx.config.reading import Section
from kubedx.config.secret import SecretText
from kubedx.errors import ConfigError

Environment = Mapping[str, str]

MAX_SIZE = 4 * 1024 * 1024
"""Bytes of a config file; a larger one is something else."""


def config_path(environment: Environment) -> Path:
    """Where k8sgpt keeps its settings: `k8sgpt/k8sgpt.yaml` in $XDG_CONFIG_HOME, or in the platform's own place for them."""
    home = environment.get("XDG_CONFIG_HOME", "")
    if home and Path(home).is_absolute():
        return Path(home) / "k8sgpt" / "k8sgpt.yaml"
    from platformdirs import user_config_path

    return user_config_path("k8sgpt", appauthor=False) / "k8sgpt.yaml"


def load_config(path: Path | None, environment: Environment) -> Config:
    """Read the settings from `path` (which must exist), else from k8sgpt's place, else from the legacy `~/.k8sgpt.yaml`.

    The environment overrides: K8SGPT_ACTIVE_FILTERS (separated by white space) and K8SGPT_AI_DEFAULTPROVIDER; where the
    file has no provider, K8SGPT_BACKEND, K8SGPT_MODEL, K8SGPT_PASSWORD, K8SGPT_BASEURL … make one, as in `k8sgpt serve`.
    Raises ConfigError.
    """
    file = path or config_path(environment)
    document = read_document(file)
    if document is None and path is not None:
        raise ConfigError(f"there is no config file {file}; correct --config, or leave it out")
    if document is None:
        legacy = legacy_path(environment)
        document = read_document(legacy) if legacy else None
        file = legacy if legacy is not None and document is not None else file
    return _config(document, file, environment)


def legacy_path(environment: Environment) -> Path | None:
    """Where k8sgpt kept its settings before it knew of XDG; None when nobody has a home."""
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return Path(home) / ".k8sgpt.yaml" if home else None


def read_document(file: Path) -> Any:
    """The document of a file, an empty one as {}; None when there is no file."""
    try:
        with file.open("rb") as stream:
            body = stream.read(MAX_SIZE + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ConfigError(
            f"cannot read the config file {file}: {error.strerror or error}; correct that, or name another with --config"
        ) from error
    if len(body) > MAX_SIZE:
        raise ConfigError(f"the config file {file} is larger than {MAX_SIZE} bytes; it is no k8sgpt.yaml")
    import yaml  # most runs have no config file

    loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        document = yaml.load(body, Loader=loader)  # noqa: S506  # a safe loader, written in C where that is built
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ConfigError(f"the config file {file} is no valid YAML{_place(error)}; correct it, or move it away") from error
    return {} if document is None else document


def _place(error: Exception) -> str:
    """Where YAML broke, without the text there: it may be a secret."""
    mark = getattr(error, "problem_mark", None)
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark is not None else ""


def _config(document: Any, file: Path, environment: Environment) -> Config:
    root = Section(document, "", str(file))
    ai = root.section("ai")
    providers = tuple(_provider(section) for section in ai.sections("providers"))
    if not providers:
        providers = _from_environment(environment)
    return Config(
        path=str(file),
        ai=AISettings(
            default_provider=environment.get("K8SGPT_AI_DEFAULTPROVIDER") or ai.text("defaultprovider"),
            providers=providers,
            prompts=tuple((kind, ai.section("prompts").text(kind)) for kind in ai.section("prompts").names),
        ),
        active_filters=tuple(environment.get("K8SGPT_ACTIVE_FILTERS", "").split()) or root.texts("active_filters"),
        cache=_cache(root.section("cache")),
        budget=_budget(root.section("budget")),
        custom_analyzers=tuple(_custom_analyzer(section) for section in root.sections("custom_analyzers")),
        ignore=tuple(_ignore_entry(section) for section in root.sections("ignore")),
        document=document or {},
    )


def _provider(section: Section) -> ProviderSettings:
    name = section.text("name")
    if not name:
        raise section.refuse("name", None, "the name of a backend")
    return ProviderSettings(
        name=name,
        model=section.text("model"),
        password=SecretText(section.text("password")),
        baseurl=section.text("baseurl"),
        proxy_endpoint=section.text("proxyendpoint"),
        proxy_port=section.text("proxyport"),
        endpointname=section.text("endpointname"),
        engine=section.text("engine"),
        temperature=section.number("temperature"),
        providerregion=section.text("providerregion"),
        providerid=section.text("providerid"),
        compartmentid=section.text("compartmentid"),
        topp=section.number("topp"),
        topk=section.whole("topk"),
        maxtokens=section.whole("maxtokens"),
        stopsequences=section.texts("stopsequences"),
        organizationid=section.text("organizationid"),
        azureapitype=section.text("azureapitype"),
        azureapiversion=section.text("azureapiversion"),
        customheaders=tuple((name, SecretText(value)) for name, value in section.pairs("customheaders")),
        keyring=section.text("keyring").lower() == "true",
    )


def _cache(section: Section) -> CacheSettings:
    kind = section.text("currentcachetype").lower()
    store = section.section(kind) if kind else section
    return CacheSettings(
        current_cache_type=kind,
        region=store.text("region"),
        bucketname=store.text("bucketname"),
        endpoint=store.text("endpoint"),
        insecure=store.text("insecure").lower() == "true",
        storageaccount=store.text("storageaccount"),
        container=store.text("container") or store.text("containername"),
        projectid=store.text("projectid"),
        connection_string=store.text("connectionstring"),
        ttl=section.text("ttl"),
    )


def _budget(section: Section) -> BudgetSettings:
    prices = section.section("prices")
    return BudgetSettings(
        maxcalls=section.texts("maxcalls"),
        maxtokens=section.texts("maxtokens"),
        maxcost=section.texts("maxcost"),
        prices={model: _price(prices.section(model)) for model in prices.names},
    )


def _price(section: Section) -> tuple[float, float]:
    values = [section.number(key) for key in ("input", "output")]
    for key, value in zip(("input", "output"), values, strict=True):
        if value is None or value < 0:
            raise section.refuse(key, value, "dollars for a million tokens")
    return values[0] or 0.0, values[1] or 0.0


# The variables from which `k8sgpt serve` makes a provider (cmd/serve/serve.go), by the key that they stand for.
_VARIABLES = {
    "K8SGPT_BACKEND": "name",
    "K8SGPT_MODEL": "model",
    "K8SGPT_PASSWORD": "password",
    "K8SGPT_BASEURL": "baseurl",
    "K8SGPT_ENGINE": "engine",
    "K8SGPT_AZURE_API_TYPE": "azureapitype",
    "K8SGPT_AZURE_API_VERSION": "azureapiversion",
    "K8SGPT_PROXY_ENDPOINT": "proxyendpoint",
    "K8SGPT_PROVIDER_ID": "providerid",
    "K8SGPT_TEMPERATURE": "temperature",
    "K8SGPT_TOP_P": "topp",
    "K8SGPT_TOP_K": "topk",
    "K8SGPT_MAX_TOKENS": "maxtokens",
}
_TRIGGERS = ("K8SGPT_BACKEND", "K8SGPT_PASSWORD", "K8SGPT_MODEL")


def _from_environment(environment: Environment) -> tuple[ProviderSettings, ...]:
    if not any(environment.get(variable) for variable in _TRIGGERS):
        return ()
    values: dict[str, Any] = {key: environment[variable] for variable, key in _VARIABLES.items() if environment.get(variable)}
    headers = [header.partition(":") for header in environment.get("K8SGPT_CUSTOM_HEADERS", "").split(",")]
    values["customheaders"] = [{name.strip(): value.strip()} for name, colon, value in headers if colon]
    return (_provider(Section({"name": "openai", **values}, "K8SGPT_*", "the environment")),)


def _custom_analyzer(section: Section) -> CustomAnalyzer:
    connection = section.section("connection")
    return CustomAnalyzer(name=section.text("name"), url=connection.text("url"), port=connection.whole("port") or 0)


def _ignore_entry(section: Section) -> IgnoreEntry:
    for key, what in (("code", "the code of a rule, or a pattern of codes"), ("reason", "why it need not be reported")):
        if not section.text(key).strip():
            raise section.refuse(key, None, what)
    return IgnoreEntry(
        code=section.text("code"),
        kind=section.text("kind") or "*",
        namespace=section.text("namespace") or "*",
        name=section.text("name") or "*",
        reason=section.text("reason"),
        expires=section.day("expires"),
    )
