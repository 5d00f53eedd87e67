"""How to explain, as a run was asked to."""

import enum
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from kubedx.explain.cache import DEFAULT_TTL, Store
from kubedx.explain.language import DEFAULT_LANGUAGE
from kubedx.explain.ledger import Ledger
from kubedx.explain.limits import DEFAULT_CALLS, Limits
from kubedx.explain.loopback import is_this_machine


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
    """What the flags say. `backend` empty: as the config file says; `playbook`: no model; several with commas: each answers.

    `timeout` is seconds for one call, `parallel` how many calls run at once. `run_limits` are for this run, `day_limits` for all that
    `ledger` knows of, `prices` dollars for a million tokens by model. `store` keeps answers for `ttl`, None: no cache; `now` is their
    date. `streams`: somebody watches answers come. `ca_file`: CAs to trust besides the system's. `anonymize` None: names are masked
    unless the model runs on this machine. `audience`: for whom the answer is (`developer`, `manager` …). `templates` are the user's
    own prompts by kind, or `default`. `show_prompt` is told every Prompt before it is sent or looked up. `headers` are
    `--custom-headers`, used where the config file has none for the backend.
    """

    backend: str = ""
    language: str = DEFAULT_LANGUAGE
    anonymize: bool | None = None
    audience: str = ""
    templates: tuple[tuple[str, str], ...] = ()
    show_prompt: Callable[[Any], None] | None = None
    form: PromptForm = PromptForm.AUTO
    headers: tuple[tuple[str, str], ...] = ()
    ca_file: str = ""
    timeout: float = 60.0
    parallel: int = 4
    run_limits: Limits = Limits(calls=DEFAULT_CALLS)
    day_limits: Limits = Limits()
    prices: dict[str, tuple[float, float]] = {}
    ledger: Ledger | None = None
    store: Store | None = None
    ttl: timedelta = DEFAULT_TTL
    now: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))
    streams: bool = False

    def masks_names_for(self, address: str) -> bool:
        """Whether names are masked in what goes to that address; the empty one is this process."""
        return not is_this_machine(address) if self.anonymize is None else self.anonymize
