"""How to explain, as a run was asked to."""

import enum
from pathlib import Path

import msgspec

from kubedx.explain.language import DEFAULT_LANGUAGE


class PromptForm(enum.StrEnum):
    """How much a prompt tells. AUTO chooses by backend and model."""

    AUTO = "auto"
    FULL = "full"
    """For remote models: everything of the incident that matters, 16,000 characters at most."""
    COMPACT = "compact"
    """For local servers, whose context is often 4,096 tokens: the same, shorter."""
    SHORT = "short"
    """For models under about 8 billion parameters: one question, and the playbook's answer to reword."""


class ExplainSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the flags say. `backend` empty: as the config file says; `playbook`: no model.

    `timeout` is seconds for one call with its retry, `parallel` how many calls run at once, `max_calls` how many calls a run may
    make. `headers` are `--custom-headers`, used where the config file has none for the backend. `cache_dir` None: no cache.
    """

    backend: str = ""
    language: str = DEFAULT_LANGUAGE
    anonymize: bool = False
    form: PromptForm = PromptForm.AUTO
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 60.0
    parallel: int = 4
    max_calls: int = 50
    cache_dir: Path | None = None
