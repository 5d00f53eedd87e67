"""`amazonsagemaker`: a model of JumpStart behind an endpoint of the user's own.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html tells the call. What is inside is the
container's own: k8sgpt's form (Llama's chat, pkg/ai/amazonsagemaker.go) goes in, and what Hugging Face's and vLLM's containers answer is
understood too.
"""

from typing import Any
from urllib.parse import quote

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.amazon import host_of, identity, region_of
from kubedx.explain.providers.endpoint import Endpoint, base_url, need
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece
from kubedx.explain.providers.wire import Link, custom_headers


def connect(settings: ProviderSettings, _key: SecretText, link: Link) -> HttpProvider:
    """The region's API without a `baseurl`; the model is whatever the endpoint serves."""
    region = region_of(settings)
    need(settings, endpointname=settings.endpointname)
    url = base_url(settings, host_of("runtime.sagemaker", region))
    endpoint = Endpoint(backend=settings.name, model=settings.model or settings.endpointname, url=url)
    client = link.client(endpoint)
    client.auth = identity(settings, SecretText(), "sagemaker", region)
    return HttpProvider(endpoint, _InvokeEndpoint(endpoint, settings), client, link)


class _InvokeEndpoint:
    def __init__(self, endpoint: Endpoint, settings: ProviderSettings) -> None:
        self._url = f"{endpoint.url}/endpoints/{quote(settings.endpointname, safe='')}/invocations"
        self._headers = {"Accept": "application/json", "X-Amzn-SageMaker-Custom-Attributes": "accept_eula=true", **custom_headers(settings)}
        names = {"max_tokens": "max_new_tokens", "temperature": "temperature", "top_p": "top_p", "top_k": "top_k", "stop_sequences": "stop"}
        self._wanted = {names[name]: value for name, value in sampling(settings).items()}

    async def prepare(self, client: object) -> None:
        """Nothing is asked before."""

    def call(self, prompt: Prompt, *, stream: bool) -> Call:  # noqa: ARG002  # whether a container streams is not known
        messages = [{"role": "system", "content": str(prompt.system)}, {"role": "user", "content": str(prompt.user)}]
        return Call(self._url, {"inputs": [messages], "parameters": self._wanted}, self._headers)

    def piece(self, document: Any, *, streamed: bool) -> Piece:  # noqa: ARG002  # the protocol's form
        first = document[0] if isinstance(document, list) else document
        if "choices" in first:
            return Piece(first["choices"][0]["message"]["content"] or "")
        generated = first["generation"] if "generation" in first else first["generated_text"]
        return Piece(generated["content"] if isinstance(generated, dict) else str(generated))
