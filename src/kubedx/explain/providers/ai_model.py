"""A provider over a model of pydantic-ai: what OpenAI's, Anthropic's and Google's backends share.

Nothing but the prompt leaves: no instrumentation, no tools, no settings that were not configured.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from kubedx.config import ProviderSettings
from kubedx.errors import ProviderFailed
from kubedx.explain.prompts import Prompt
from kubedx.explain.providers.contract import Answer, OnText, Usage
from kubedx.explain.providers.endpoint import Endpoint
from kubedx.explain.providers.failures import detail_of
from kubedx.explain.providers.over_http import OverHttp
from kubedx.explain.providers.wire import MOST_BYTES, Link, TooLongError

if TYPE_CHECKING:
    import httpx2
    from pydantic_ai.messages import ModelRequest, ModelResponse, ModelResponseStreamEvent
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

DEFAULT_MAX_TOKENS = 2048
"""What k8sgpt asks for."""


def sampling(settings: ProviderSettings) -> dict[str, Any]:
    """The sampling settings of a backend, as pydantic-ai names them; what the config file does not set is not sent.

    A `topp` or `topk` of zero means that it is not set, as k8sgpt writes it; a temperature of zero is one.
    """
    wanted = {
        "max_tokens": settings.maxtokens if settings.maxtokens and settings.maxtokens > 0 else DEFAULT_MAX_TOKENS,
        "temperature": settings.temperature,
        "top_p": settings.topp or None,
        "top_k": settings.topk if settings.topk and settings.topk > 0 else None,
        "stop_sequences": list(settings.stopsequences) or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


class ModelProvider(OverHttp):
    """A model of pydantic-ai as a provider. `client` is the HTTP client under it, which is closed with it."""

    def __init__(self, endpoint: Endpoint, model: "Model", client: "httpx2.AsyncClient", wanted: dict[str, Any], link: Link) -> None:
        super().__init__(endpoint, client, link)
        self._model = model
        self._wanted: ModelSettings = wanted  # type: ignore[assignment]  # a TypedDict, built from what is set

    async def answer(self, prompt: Prompt, on_text: OnText | None = None) -> Answer:
        """The model's answer. Raises ProviderFailed."""
        from pydantic_ai.messages import ModelRequest, SystemPromptPart, UserPromptPart

        # Plain str: what is not exactly a str, the packages may treat otherwise.
        request = ModelRequest(parts=[SystemPromptPart(content=str(prompt.system)), UserPromptPart(content=str(prompt.user))])
        asked = self._parameters(prompt)
        try:
            async with asyncio.timeout(self._timeout):
                response = await (self._whole(request, asked) if on_text is None else self._streamed(request, asked, on_text))
        except TimeoutError as error:
            raise self._sentences.timed_out(self._timeout) from error
        except Exception as error:  # whatever the packages raise must not end the scan
            raise self._failure(error, had_schema=asked.output_object is not None) from error
        text = _text(response)
        if not text.strip():
            raise self._sentences.empty()
        used = response.usage
        return Answer(text, Usage(used.input_tokens, used.output_tokens) if used.input_tokens or used.output_tokens else None)

    def _parameters(self, prompt: Prompt) -> "ModelRequestParameters":
        """How the answer is to be: by the prompt's schema, where the model is one that can be held to it."""
        from pydantic_ai.models import ModelRequestParameters
        from pydantic_ai.output import OutputObjectDefinition

        if prompt.schema is None or not self._model.profile.get("supports_json_schema_output"):
            return ModelRequestParameters()
        form = OutputObjectDefinition(json_schema=prompt.schema, name="answer", strict=True)
        return ModelRequestParameters(output_mode="native", output_object=form)

    async def _whole(self, request: "ModelRequest", asked: "ModelRequestParameters") -> "ModelResponse":
        from pydantic_ai.direct import model_request

        return await model_request(self._model, [request], model_settings=self._wanted, model_request_parameters=asked, instrument=False)

    async def _streamed(self, request: "ModelRequest", asked: "ModelRequestParameters", on_text: OnText) -> "ModelResponse":
        from pydantic_ai.direct import model_request_stream

        async with model_request_stream(
            self._model, [request], model_settings=self._wanted, model_request_parameters=asked, instrument=False
        ) as stream:
            async for event in stream:
                piece = _piece(event)
                if piece:
                    on_text(piece)
            return stream.get()

    def _failure(self, error: Exception, *, had_schema: bool) -> ProviderFailed:
        from pydantic_ai.exceptions import ModelConnectionError, ModelHTTPError, ModelTimeoutError

        from kubedx.explain.providers.identity import IdentityError

        if _caused_by(error, TooLongError):
            return self._sentences.too_long(MOST_BYTES)
        if _caused_by(error, IdentityError) or type(error).__module__.startswith("google.auth."):
            return self._sentences.no_identity(error)
        if isinstance(error, ModelHTTPError):
            return self._sentences.of_status(error.status_code, detail_of(error.body), error.retry_after, had_schema=had_schema)
        if isinstance(error, ModelTimeoutError):
            return self._sentences.timed_out(self._timeout)
        if isinstance(error, ModelConnectionError):
            return self._sentences.unreachable(error) if error.phase == "connect" else self._sentences.cut(error)
        return self._sentences.not_understood(str(error) or type(error).__name__)


def _text(response: "ModelResponse") -> str:
    from pydantic_ai.messages import TextPart

    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


def _piece(event: "ModelResponseStreamEvent") -> str:
    from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

    if isinstance(event, PartStartEvent):
        return event.part.content if isinstance(event.part, TextPart) else ""
    if isinstance(event, PartDeltaEvent):
        return event.delta.content_delta if isinstance(event.delta, TextPartDelta) else ""
    return ""


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, kind):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
