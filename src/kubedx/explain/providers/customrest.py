"""`customrest`: a server of the user's own that speaks k8sgpt's protocol for such servers (its pkg/ai/customrest.go).

One POST to `baseurl` itself: `{"model", "prompt", "options": {"temperature", "top_p", "top_k", "message", "language"}}`; the answer is
`{"model", "created_at", "response"}`, or a line of it for each piece. k8sgpt's `language` is part of our prompt, and empty here.
"""

from typing import Any

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.contract import Usage
from kubedx.explain.providers.endpoint import Endpoint, base_url
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece, json_lines
from kubedx.explain.providers.wire import Link, custom_headers, key_for_header

DEFAULT_URL = "http://localhost:11434"
DEFAULT_MODEL = "llama3"


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> HttpProvider:
    """The server at `baseurl`, else this machine; k8sgpt's default model."""
    url = base_url(settings, DEFAULT_URL)
    endpoint = Endpoint(backend=settings.name, model=settings.model or DEFAULT_MODEL, url=url, key=key)
    return HttpProvider(endpoint, _CustomRest(endpoint, settings), link.client(endpoint), link)


class _CustomRest:
    def __init__(self, endpoint: Endpoint, settings: ProviderSettings) -> None:
        self._url, self._model = endpoint.url, endpoint.model
        bearer = key_for_header(endpoint.backend, endpoint.key)
        self._headers = {"Accept": "application/x-ndjson"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        self._headers |= custom_headers(settings)
        names = {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "max_tokens": "num_predict", "stop_sequences": "stop"}
        self._options = {names[name]: value for name, value in sampling(settings).items()}

    async def prepare(self, client: object) -> None:
        """Nothing is asked before."""

    def call(self, prompt: Prompt, *, stream: bool) -> Call:
        options = {**self._options, "message": str(prompt.user), "language": ""}
        body = {"model": self._model, "prompt": f"{prompt.system}\n\n{prompt.user}", "stream": stream, "options": options}
        return Call(self._url, body, self._headers, json_lines)

    def piece(self, document: Any, *, streamed: bool) -> Piece:  # noqa: ARG002  # one line has the shape of all
        if document.get("error"):
            return Piece(failed=str(document["error"]))
        counted = document.get("prompt_eval_count"), document.get("eval_count")
        usage = Usage(int(counted[0] or 0), int(counted[1] or 0)) if any(counted) else None
        return Piece(str(document["response"]), usage)
