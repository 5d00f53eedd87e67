"""`ibmwatsonxai`: the chat of watsonx.ai (https://cloud.ibm.com/apidocs/watsonx-ai#text-chat).

IBM's own client needs pandas for it; the protocol is one POST, with a token that IBM Cloud gives for the API key.
"""

import os
from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.contract import Usage
from kubedx.explain.providers.endpoint import Endpoint, base_url, need, need_key
from kubedx.explain.providers.failures import Sentences
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece, refusal, server_sent
from kubedx.explain.providers.wire import Link, custom_headers

DEFAULT_REGION = "us-south"
TOKEN_URL = "https://iam.cloud.ibm.com/identity/token"  # noqa: S105  # an address
TOKEN_URL_VARIABLE = "WATSONX_AI_AUTH_URL"  # noqa: S105  # where IBM's own clients look for another one
API_VERSION = "2025-02-06"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> HttpProvider:
    """The API of `providerregion` without a `baseurl`; `providerid` is the project."""
    from kubedx.explain.providers.identity import IbmToken

    need(settings, model=settings.model, providerid=settings.providerid)
    need_key(settings, key)
    url = base_url(settings, f"https://{settings.providerregion or DEFAULT_REGION}.ml.cloud.ibm.com")
    endpoint = Endpoint(backend=settings.name, model=settings.model, url=url, key=key)
    sentences = Sentences(endpoint.backend, endpoint.model, endpoint.address, link.secrets(endpoint))
    token_url = os.environ.get(TOKEN_URL_VARIABLE, "") or TOKEN_URL
    token_url = token_url if token_url.endswith("/identity/token") else token_url.rstrip("/") + "/identity/token"
    client = link.client(endpoint)
    client.auth = IbmToken(key, token_url, lambda response: refusal(sentences, response, response.content))
    return HttpProvider(endpoint, _TextChat(endpoint, settings), client, link)


class _TextChat:
    def __init__(self, endpoint: Endpoint, settings: ProviderSettings) -> None:
        self._url, self._headers = f"{endpoint.url}/ml/v1/text/chat", custom_headers(settings)
        names = {"max_tokens": "max_tokens", "temperature": "temperature", "top_p": "top_p", "stop_sequences": "stop"}
        wanted = {names[name]: value for name, value in sampling(settings).items() if name in names}
        self._body = {"model_id": endpoint.model, "project_id": settings.providerid, **wanted}

    async def prepare(self, client: object) -> None:
        """Nothing is asked before; the token comes with the first request."""

    def call(self, prompt: Prompt, *, stream: bool) -> Call:
        user = [{"type": "text", "text": str(prompt.user)}]
        messages = [{"role": "system", "content": str(prompt.system)}, {"role": "user", "content": user}]
        url = f"{self._url}{'_stream' if stream else ''}?version={API_VERSION}"
        body = {**self._body, "messages": messages}
        if prompt.schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": prompt.schema, "strict": True}}
        return Call(url, body, self._headers, server_sent if stream else None, has_schema=prompt.schema is not None)

    def piece(self, document: Any, *, streamed: bool) -> Piece:
        if document.get("errors"):
            first = document["errors"][0]
            return Piece(failed=str(first.get("message") or first.get("code")), status=int(document.get("status_code") or 500))
        choices = document["choices"]
        message = choices[0]["delta" if streamed else "message"] if choices or not streamed else {}
        used = document.get("usage") or {}
        usage = Usage(int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0)) if used else None
        return Piece(message.get("content") or "", usage)
