"""`cohere`: Cohere's chat (https://docs.cohere.com/reference/chat), version 2, of which Cohere's own client is one method."""

from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.contract import Usage
from kubedx.explain.providers.endpoint import Endpoint, base_url, need, need_key
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece, server_sent
from kubedx.explain.providers.wire import Link, custom_headers, key_for_header

PUBLIC_URL = "https://api.cohere.com"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> HttpProvider:
    """Cohere's own API without a `baseurl`, which may end in a version."""
    need(settings, model=settings.model)
    if not settings.baseurl:
        need_key(settings, key)
    url = base_url(settings, PUBLIC_URL).removesuffix("/chat").removesuffix("/v1").removesuffix("/v2")
    endpoint = Endpoint(backend=settings.name, model=settings.model, url=url, key=key)
    return HttpProvider(endpoint, _Chat(endpoint, settings), link.client(endpoint), link)


class _Chat:
    def __init__(self, endpoint: Endpoint, settings: ProviderSettings) -> None:
        self._url, self._model = f"{endpoint.url}/v2/chat", endpoint.model
        bearer = key_for_header(endpoint.backend, endpoint.key)
        self._headers = ({"Authorization": f"Bearer {bearer}"} if bearer else {}) | custom_headers(settings)
        names = {"max_tokens": "max_tokens", "temperature": "temperature", "top_p": "p", "top_k": "k", "stop_sequences": "stop_sequences"}
        self._wanted = {names[name]: value for name, value in sampling(settings).items()}

    async def prepare(self, client: object) -> None:
        """Nothing is asked before."""

    def call(self, prompt: Prompt, *, stream: bool) -> Call:
        messages = [{"role": "system", "content": str(prompt.system)}, {"role": "user", "content": str(prompt.user)}]
        body: dict[str, Any] = {"model": self._model, "messages": messages, "stream": stream, **self._wanted}
        if prompt.schema is not None:
            body["response_format"] = {"type": "json_object", "json_schema": prompt.schema}
        return Call(self._url, body, self._headers, server_sent if stream else None, has_schema=prompt.schema is not None)

    def piece(self, document: Any, *, streamed: bool) -> Piece:
        if not streamed:
            parts = document["message"]["content"] or ()
            return Piece("".join(part["text"] for part in parts if part.get("type", "text") == "text"), _usage(document.get("usage")))
        kind = document["type"]
        if kind == "content-delta":
            return Piece(document["delta"]["message"]["content"].get("text") or "")
        if kind == "message-end":
            delta = document.get("delta") or {}
            failed = "the answer ended in an error" if delta.get("finish_reason") == "ERROR" else ""
            return Piece(usage=_usage(delta.get("usage")), failed=failed)
        return Piece()


def _usage(usage: Any) -> Usage | None:
    tokens = (usage or {}).get("tokens") or {}
    return Usage(int(tokens.get("input_tokens") or 0), int(tokens.get("output_tokens") or 0)) if tokens else None
