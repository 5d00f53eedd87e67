"""config: the k8sgpt.yaml file, typed. Law: imports only `errors`, PyYAML and platformdirs; reads files and the environment it is given."""

from kubedx.config.file import Environment, config_path, load_config
from kubedx.config.model import AISettings, CacheSettings, Config, CustomAnalyzer, IgnoreEntry, ProviderSettings
from kubedx.config.secret import SecretText

__all__ = [
    "AISettings",
    "CacheSettings",
    "Config",
    "CustomAnalyzer",
    "Environment",
    "IgnoreEntry",
    "ProviderSettings",
    "SecretText",
    "config_path",
    "load_config",
]
