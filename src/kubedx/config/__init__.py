"""config: the k8sgpt.yaml file, typed, and the keys that it names.

Law: imports only `errors`, PyYAML, platformdirs and keyring; reads and writes files, and the environment that it is given.
`editing` has the words by which a change of the document is told to `change_config`.
"""

from kubedx.config.file import Environment, config_path, load_config
from kubedx.config.keys import KEY_VARIABLES, delete_key, key_of, load_key, save_key, variable_of
from kubedx.config.model import AISettings, BudgetSettings, CacheSettings, Config, CustomAnalyzer, IgnoreEntry, ProviderSettings
from kubedx.config.secret import SecretText
from kubedx.config.writing import change_config

__all__ = [
    "KEY_VARIABLES",
    "AISettings",
    "BudgetSettings",
    "CacheSettings",
    "Config",
    "CustomAnalyzer",
    "Environment",
    "IgnoreEntry",
    "ProviderSettings",
    "SecretText",
    "change_config",
    "config_path",
    "delete_key",
    "key_of",
    "load_config",
    "load_key",
    "save_key",
    "variable_of",
]
