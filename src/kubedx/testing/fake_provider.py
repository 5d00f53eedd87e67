"""A model that says what a test wants."""

from collections.abc import Callable, Iterable

from kubedx.errors import ProviderFailed
from kubedx.explain import Answer, OnText, Prompt

Reply = str | ProviderFailed


class FakeProvider:
    """A provider without a model. It answers `replies` in turn, the last one for ever, or what a function makes of the prompt.

    A reply that is a ProviderFailed is raised. `prompts` are those it was asked, in order.
    """

    def __init__(
        self, replies: Iterable[Reply] | Callable[[Prompt], Reply], *, backend: str = "fake", model: str = "fake-1", address: str = ""
    ) -> None:
        self._answer = replies if callable(replies) else _in_turn(tuple(replies))
        self.backend, self.model, self.address = backend, model, address
        self.prompts: list[Prompt] = []
        self.closed = False

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The next reply."""
        self.prompts.append(prompt)
        reply = self._answer(prompt)
        if isinstance(reply, ProviderFailed):
            raise reply
        if on_text:
            on_text(reply)
        return Answer(reply)

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def _in_turn(replies: tuple[Reply, ...]) -> Callable[[Prompt], Reply]:
    if not replies:
        raise ValueError("a FakeProvider needs a reply")
    left = list(replies)
    return lambda _prompt: left.pop(0) if len(left) > 1 else left[0]
