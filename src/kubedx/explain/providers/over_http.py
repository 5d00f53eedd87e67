"""What all providers over HTTP are, whoever makes their requests."""

from typing import TYPE_CHECKING

from kubedx.explain.providers.endpoint import Endpoint
from kubedx.explain.providers.failures import Sentences
from kubedx.explain.providers.wire import Link

if TYPE_CHECKING:
    import httpx2


class OverHttp:
    """An endpoint, the HTTP client that reaches it, which is closed with it, and the sentences for what goes wrong."""

    def __init__(self, endpoint: Endpoint, client: "httpx2.AsyncClient", link: Link) -> None:
        self._endpoint, self._client, self._timeout = endpoint, client, link.timeout
        self._sentences = Sentences(endpoint.backend, endpoint.model, endpoint.address, link.secrets(endpoint))

    @property
    def backend(self) -> str:
        """The name of the backend."""
        return self._endpoint.backend

    @property
    def model(self) -> str:
        """The name of the model."""
        return self._endpoint.model

    @property
    def address(self) -> str:
        """The URL without user and password."""
        return self._endpoint.address

    async def close(self) -> None:
        """Give back connections."""
        await self._client.aclose()
