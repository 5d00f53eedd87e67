"""Documents inside of ConfigMaps, parsed for rules, which are pure and parse nothing themselves."""

import msgspec

from kubedx.kube import ConfigMap, Document
from kubedx.source.yaml_documents import YamlError, parse_yaml

SUFFIXES = (".yml", ".yaml")


def with_documents(config_map: ConfigMap) -> ConfigMap:
    """The ConfigMap with its YAML values parsed; the first document of each counts."""
    parsed = {key: _parsed(text) for key, text in (config_map.data or {}).items() if key.endswith(SUFFIXES)}
    return msgspec.structs.replace(config_map, documents=parsed)


def _parsed(text: str) -> Document:
    try:
        found = parse_yaml(text)
    except YamlError as error:
        return Document(error=str(error))
    return Document(value=found[0] if found else None)
