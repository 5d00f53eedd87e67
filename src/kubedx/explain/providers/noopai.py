"""`noopai`: no model and no network; it answers with the prompt, for trying what would be sent."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.contract import Answer, OnText
from kubedx.explain.providers.wire import Link

PREFIX = "I am a noop response to the prompt "


class NoopProvider:
    """Answers every prompt with itself."""

    backend = "noopai"
    model = "noop"
    address = ""

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """A short prefix, and the question."""
        text = f"{PREFIX}{prompt.user}"
        if on_text:
            on_text(text)
        return Answer(text)

    async def close(self) -> None:
        """Nothing is open."""


def connect(_settings: ProviderSettings, _key: SecretText, _link: Link) -> NoopProvider:
    """Needs nothing."""
    return NoopProvider()
