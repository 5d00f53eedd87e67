"""Writing k8sgpt.yaml: one writer at a time, the whole file or nothing, and for its owner's eyes only."""

import contextlib
import copy
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from kubedx.config.editing import Document
from kubedx.config.file import Environment, config_path, legacy_path, read_document
from kubedx.errors import ConfigError

try:
    import fcntl
except ImportError:  # Windows, where two writers at the same moment are not kept apart
    fcntl = None  # type: ignore[assignment]  # Windows has no such module

OWNER_ONLY = 0o600


def change_config(path: Path | None, environment: Environment, change: Callable[[Document], None]) -> Path:
    """Let `change` edit the settings, and write them back; the file's path. Keys that nobody changed stay as they are.

    The legacy `~/.k8sgpt.yaml` moves to k8sgpt's place with the first change. Raises ConfigError for a file that cannot
    be understood (it is left alone) or written, and whatever `change` raises (nothing is written then).
    """
    file = path or config_path(environment)
    legacy = None if path else legacy_path(environment)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(file):
            document = read_document(file)
            moved = legacy if document is None and legacy is not None else None
            if moved is not None:
                document = read_document(moved)
            edited = _editable(document, file)
            change(edited)
            _replace(file, edited)
            if moved is not None and document is not None:
                moved.unlink()
    except OSError as error:
        raise ConfigError(f"the config file {file} could not be written: {error.strerror or error}; nothing was changed") from error
    return file


def _editable(document: Any, file: Path) -> Document:
    if document is not None and not isinstance(document, dict):
        raise ConfigError(f"the config file {file} holds no mapping of settings; correct it, or move it away")
    return copy.deepcopy({str(key): value for key, value in (document or {}).items()})


def _replace(file: Path, document: Document) -> None:
    """A new file in the old one's place. Where the name is a link, what it points to is replaced."""
    import tempfile

    import yaml

    target = Path(os.path.realpath(file))
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            yaml.safe_dump(document, stream, sort_keys=False, allow_unicode=True, default_flow_style=False)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, OWNER_ONLY)  # noqa: PTH101  # mkstemp gives a name
        os.replace(temporary, target)  # noqa: PTH105  # as above
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108  # as above
        raise


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keeps other writers out until the end. The lock is a file of its own, since the settings are replaced."""
    lock = file.with_name(f".{file.name}.lock")
    with lock.open("a", encoding="utf-8") as stream:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
