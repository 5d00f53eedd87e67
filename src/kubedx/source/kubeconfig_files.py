"""Where kubeconfig files are, and how several become one.

The rules are kubectl's: https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from kubedx.errors import ConfigError

_MAX_BYTES = 32 * 1024 * 1024
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Entry(msgspec.Struct, frozen=True):
    """A named cluster, user or context, and the directory that its relative paths start from."""

    data: Mapping[str, Any]
    directory: Path

    def text(self, key: str) -> str:
        """A text field, empty where it is absent or null. Raises ConfigError where it is a list or a mapping."""
        return as_text(self.data.get(key), key)

    def flag(self, key: str) -> bool:
        """A boolean field, false where absent."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise ConfigError(f"{key!r} in the kubeconfig is neither true nor false; correct it there")

    def path(self, key: str) -> Path | None:
        """A file that the entry names, None where it names none."""
        text = self.text(key)
        return self.directory / Path(text).expanduser() if text else None

    def mapping(self, key: str) -> Mapping[str, Any]:
        """A nested mapping, empty where absent."""
        return as_mapping(self.data.get(key), key)


class Kubeconfig(msgspec.Struct, frozen=True):
    """What the files say together. `origin` names them for messages; `missing` are those that are not there."""

    clusters: Mapping[str, Entry]
    users: Mapping[str, Entry]
    contexts: Mapping[str, Entry]
    current_context: str
    origin: str
    missing: tuple[Path, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing names a cluster."""
        return not (self.contexts or self.clusters or self.current_context)


def as_text(value: Any, key: str) -> str:
    """A scalar of YAML as it was meant: an unquoted number is a text too."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        raise ConfigError(f"{key!r} in the kubeconfig is not a text; correct it there")
    return str(value)


def as_mapping(value: Any, key: str) -> Mapping[str, Any]:
    """A mapping, empty for null."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ConfigError(f"{key!r} in the kubeconfig is not a mapping; correct it there")
    return value


def as_sequence(value: Any, key: str) -> list[Any]:
    """A list, empty for null."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ConfigError(f"{key!r} in the kubeconfig is not a list; correct it there")
    return value


def read_kubeconfig(kubeconfig: str | None, environ: Mapping[str, str]) -> Kubeconfig:
    """Read the file of the flag; without one those of KUBECONFIG; without it ~/.kube/config.

    A file of KUBECONFIG or the default one may be missing, the flag's may not. Raises ConfigError for a file that
    cannot be read or is no kubeconfig.
    """
    if kubeconfig:
        path = Path(kubeconfig).expanduser()
        if not path.exists():
            raise ConfigError(f"the kubeconfig {path} does not exist; give --kubeconfig the path of one")
        return _merge([path], str(path))
    paths = [Path(part).expanduser() for part in environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    if paths:
        return _merge(list(dict.fromkeys(paths)), "KUBECONFIG")
    home = environ.get("HOME") or environ.get("USERPROFILE")
    default = Path(home, ".kube", "config") if home else None
    return _merge([default] if default else [], str(default or "~/.kube/config"))


def _merge(paths: list[Path], origin: str) -> Kubeconfig:
    """The first file that names something wins, whole: entries of one name are not mixed."""
    found: dict[str, dict[str, Entry]] = {"clusters": {}, "users": {}, "contexts": {}}
    current, missing = "", []
    for path in paths:
        document = _read(path)
        if document is None:
            missing.append(path)
            continue
        current = current or as_text(document.get("current-context"), "current-context")
        for section, entries in found.items():
            for name, entry in _entries(document, section, path).items():
                entries.setdefault(name, entry)
    return Kubeconfig(
        clusters=found["clusters"],
        users=found["users"],
        contexts=found["contexts"],
        current_context=current,
        origin=origin,
        missing=tuple(missing),
    )


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        with path.open("rb") as file:
            body = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"cannot read the kubeconfig {path}: {error.strerror}; make it readable or choose another") from error
    if len(body) > _MAX_BYTES:
        raise ConfigError(f"the kubeconfig {path} is larger than {_MAX_BYTES // 1024**2} MiB; this is not a kubeconfig")
    try:
        document = yaml.load(body, Loader=_Loader)  # noqa: S506  # a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        line = f" at line {place.line + 1}" if place else ""
        raise ConfigError(f"the kubeconfig {path} is not valid YAML{line}; correct it") from error
    if document is not None and not isinstance(document, dict):
        raise ConfigError(f"the kubeconfig {path} is not a mapping; this is not a kubeconfig")
    return document or {}


def _entries(document: Mapping[str, Any], section: str, path: Path) -> dict[str, Entry]:
    """The named entries of a section: `[{name: x, cluster: {…}}]` becomes `{x: …}`. The first of a name wins."""
    found: dict[str, Entry] = {}
    for item in as_sequence(document.get(section), section):
        item = as_mapping(item, section)  # noqa: PLW2901  # the same item, checked
        inner = as_mapping(item.get(section.removesuffix("s")), section.removesuffix("s"))
        found.setdefault(as_text(item.get("name"), "name"), Entry(inner, path.absolute().parent))
    return found
