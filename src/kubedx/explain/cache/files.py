"""The file cache: `$XDG_CACHE_HOME/k8sgpt/<key>`, base64 inside, mode 0600, as k8sgpt keeps it.

The key covers everything that shapes an answer: backend, model, address, language and the whole prompt. What is kept is what the
model said to the masked prompt, so a shared cache tells nobody's names.
"""

import base64
import binascii
import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_cache_path

from kubedx.explain.prompts import Prompt

MAX_SIZE = 1024 * 1024
"""Bytes of an entry; a larger one is not ours."""


def cache_path(environment: Mapping[str, str]) -> Path:
    """Where k8sgpt keeps answers."""
    home = environment.get("XDG_CACHE_HOME", "")
    return Path(home) / "k8sgpt" if home and Path(home).is_absolute() else user_cache_path("k8sgpt", appauthor=False)


def answer_key(*, backend: str, model: str, address: str, language: str, prompt: Prompt) -> str:
    """The key of an answer: 64 hex digits."""
    parts = (backend, model, address, language, prompt.system, prompt.user)
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


class AnswerCache:
    """Answers by key in one folder. Failures are OSErrors; a run goes on without the cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> str | None:
        """The answer of a key; None when there is none, or what is there is no answer."""
        try:
            with (self._folder / key).open("rb") as stream:
                body = stream.read(MAX_SIZE + 1)
        except FileNotFoundError:
            return None
        if len(body) > MAX_SIZE:
            return None
        try:
            return base64.b64decode(body, validate=True).decode("utf-8") or None
        except (binascii.Error, ValueError):
            return None

    def store(self, key: str, answer: str) -> None:
        """Keep an answer, readable by its owner alone; whole or not at all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".kubedx-", dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(base64.b64encode(answer.encode("utf-8", "replace")))
            Path(name).replace(self._folder / key)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
