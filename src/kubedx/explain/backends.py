"""Which backend explains."""

import msgspec

from kubedx.config import Config, ProviderSettings, SecretText
from kubedx.errors import ProviderNotConfigured
from kubedx.explain.clean import clean_line
from kubedx.explain.providers import KNOWN

PLAYBOOK = "playbook"


def choose_backend(config: Config, flag: str = "", headers: tuple[tuple[str, str], ...] = ()) -> ProviderSettings | None:
    """The settings of the backend to ask: `--backend`, else `ai.defaultprovider`, else the first configured one that we have.

    None: the playbook explains alone, because no backend is configured and none was asked for, or the playbook was.
    `headers` (`--custom-headers`) count where the config file has none for it.
    Raises ProviderNotConfigured, which says what to write where.
    """
    if flag == PLAYBOOK:
        return None
    wanted = flag or config.ai.default_provider
    if not flag and not config.ai.providers:
        return None  # k8sgpt leaves `defaultprovider: openai` behind when the last provider is removed
    settings = config.ai.provider(wanted) if wanted else _first(config)
    if settings is None:
        raise _not_configured(config, wanted)
    if headers and not settings.customheaders:
        return _with_headers(settings, headers)
    return settings


def _first(config: Config) -> ProviderSettings | None:
    known = [provider for provider in config.ai.providers if provider.name in KNOWN]
    return next(iter(known or config.ai.providers))


def _not_configured(config: Config, name: str) -> ProviderNotConfigured:
    shown = clean_line(name, 60)
    if name in KNOWN:
        return ProviderNotConfigured(f"the backend {shown} is not configured; add it with: kubedx auth add --backend {shown}")
    example = f"ai: {{providers: [{{name: {shown}, model: <model>, baseurl: <its OpenAI-compatible URL>}}]}}"
    return ProviderNotConfigured(f"the backend {shown} is not configured; add it to {config.path or 'k8sgpt.yaml'}: {example}")


def _with_headers(settings: ProviderSettings, headers: tuple[tuple[str, str], ...]) -> ProviderSettings:
    return msgspec.structs.replace(settings, customheaders=tuple((name, SecretText(value)) for name, value in headers))
