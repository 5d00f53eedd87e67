"""What a provider is."""

from typing import Protocol

from kubedx.errors import ProviderFailed
from kubedx.explain.prompts import Prompt


class ProviderRefused(ProviderFailed):
    """Asking again is no use: the key, the model or the address is wrong, or nobody listens there."""


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
        """Where it listens, without user and password; part of the cache's key."""
        ...

    async def complete(self, prompt: Prompt) -> str:
        """The model's answer, as text, without its thoughts. Raises ProviderFailed, with no secret in its sentence."""
        ...

    async def close(self) -> None:
        """Give back connections. May be called twice."""
        ...
