"""`amazonbedrock` and `amazonbedrockconverse`: the Converse API, which has one form for every model.

https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …_ConverseStream.html. It needs the same right as
InvokeModel (`bedrock:InvokeModel`) and takes the same ids and ARNs, so that no list of models and no body per family is kept.
"""

import json
from typing import Any
from urllib.parse import quote

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.ai_model import sampling
from kubedx.explain.providers.amazon import event_stream, host_of, identity, region_of
from kubedx.explain.providers.contract import Usage
from kubedx.explain.providers.endpoint import Endpoint, base_url, need
from kubedx.explain.providers.http_provider import Call, HttpProvider, Piece
from kubedx.explain.providers.wire import Link, custom_headers

_STATUS = {"throttlingException": 429, "validationException": 400, "modelTimeoutException": 408, "serviceUnavailableException": 503}


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> HttpProvider:
    """The region's API without a `baseurl`. The model is an id, an inference profile, or the ARN of either."""
    region = region_of(settings)
    need(settings, model=settings.model)
    endpoint = Endpoint(backend=settings.name, model=settings.model, url=base_url(settings, host_of("bedrock-runtime", region)), key=key)
    client = link.client(endpoint)
    client.auth = identity(settings, key, "bedrock", region)
    return HttpProvider(endpoint, _Converse(endpoint, settings), client, link)


class _Converse:
    def __init__(self, endpoint: Endpoint, settings: ProviderSettings) -> None:
        self._url, self._headers = f"{endpoint.url}/model/{quote(endpoint.model, safe='')}", custom_headers(settings)
        names = {"max_tokens": "maxTokens", "temperature": "temperature", "top_p": "topP", "stop_sequences": "stopSequences"}
        wanted = {names[name]: value for name, value in sampling(settings).items() if name in names}
        if "claude" in endpoint.model.lower() and "temperature" in wanted:
            wanted.pop("topP", None)  # its models take one of the two
        self._wanted = wanted

    async def prepare(self, client: object) -> None:
        """Nothing is asked before."""

    def call(self, prompt: Prompt, *, stream: bool) -> Call:
        body: dict[str, Any] = {
            "system": [{"text": str(prompt.system)}],
            "messages": [{"role": "user", "content": [{"text": str(prompt.user)}]}],
            "inferenceConfig": self._wanted,
        }
        if prompt.schema is not None:
            form = {"name": "answer", "schema": json.dumps(prompt.schema)}
            body["outputConfig"] = {"textFormat": {"type": "json_schema", "structure": {"jsonSchema": form}}}
        url = f"{self._url}/{'converse-stream' if stream else 'converse'}"
        return Call(url, body, self._headers, event_stream if stream else None, has_schema=prompt.schema is not None)

    def piece(self, document: Any, *, streamed: bool) -> Piece:
        if not streamed:
            parts = document["output"]["message"]["content"]
            return Piece("".join(part.get("text") or "" for part in parts), _usage(document.get("usage")))
        if "exception" in document:
            failed = document["exception"]
            return Piece(failed=str(failed.get("message") or failed["type"]), status=_STATUS.get(failed["type"], 500))
        delta = document.get("contentBlockDelta", {}).get("delta", {})
        return Piece(delta.get("text") or "", _usage(document.get("metadata", {}).get("usage")))


def _usage(usage: Any) -> Usage | None:
    return Usage(int(usage.get("inputTokens") or 0), int(usage.get("outputTokens") or 0)) if usage else None
