"""What a provider is."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from kubedx.errors import ProviderFailed
from kubedx.explain.prompts import Prompt

OnText = Callable[[str], None]
"""Told each piece of an answer as it arrives; what it is told adds up to the answer's text."""


class ProviderRefused(ProviderFailed):
    """Asking again is no use: the key, the model or the address is wrong, or nobody listens there."""


class SchemaRefused(ProviderFailed):
    """It refused a question that came with a schema for the answer; without one it may take it. It was not answered, and cost nothing."""


class ProviderBusy(ProviderFailed):
    """Asking again later may help: a rate limit or quota is used up, or the backend is overloaded or broken for the moment.

    `retry_after` is how many seconds it asked us to wait, None when it did not say.
    """

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Usage(msgspec.Struct, frozen=True):
    """Tokens, as the backend counted them."""

    prompt_tokens: int = 0
    answer_tokens: int = 0


class Answer(msgspec.Struct, frozen=True):
    """What a model answered, without its thoughts where its protocol tells them apart. `usage` None: it was not told."""

    text: str
    usage: Usage | None = None


class Provider(Protocol):
    """A model behind a backend. It takes SafeText alone, keeps no conversation, and is used by one event loop."""

    @property
    def backend(self) -> str:
        """The name of the backend in the config file."""
        ...

    @property
    def model(self) -> str:
        """The name of the model, as the backend knows it."""
        ...

    @property
    def address(self) -> str:
        """Where it listens, without user and password; part of the cache's key. Empty: in this process."""
        ...

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The model's answer, which is never empty. With `on_text` it is streamed where the protocol can, else told at once.

        A prompt's schema is sent in the form that the vendor's API has for it, where it has one.

        Raises ProviderFailed, with no secret in its sentence. A rate limit is ProviderBusy at once, a refusal that may be the schema's
        SchemaRefused; nothing is asked twice in here.
        """
        ...

    async def close(self) -> None:
        """Give back connections. May be called twice."""
        ...
