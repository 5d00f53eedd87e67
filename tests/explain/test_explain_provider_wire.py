"""Every backend against a server that speaks its vendor's protocol, as the vendor's docs tell it (cited at each)."""

import asyncio
import binascii
import json
import struct
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from explain.incidents import incident
from explain.vendors import Reply, Request, VendorServer, document, events, is_for_token, vendor_server
from kubedx.config import ProviderSettings, SecretText
from kubedx.errors import ProviderFailed, ProviderNotConfigured
from kubedx.explain import Answer, ProviderBusy, ProviderRefused, Usage, build_prompt
from kubedx.explain.providers import KNOWN, connect
from kubedx.redact import Redactor

KEY = "key-of-nobody-0123456789"
MODEL = "acme.model-1:0"
TOKEN = "token-of-nobody-9876543210"
PROMPT = build_prompt(incident("connection refused"), Redactor(), language="english")

pytestmark = pytest.mark.usefixtures("calls_allowed")


class Vendor(NamedTuple):
    """A backend's protocol. `good` and `streamed` say "all is well" and count 11 and 3 tokens where the protocol counts."""

    name: str
    path: str
    good: Any
    streamed: Reply | None
    stream_path: str = ""
    settings: Mapping[str, Any] = MappingProxyType({})
    identity: tuple[str, str] = ("authorization", f"Bearer {KEY}")
    base_path: str = ""
    counts: bool = True
    error: Callable[[int, str], Any] = lambda _status, message: {"error": {"message": message, "type": "t", "code": "c"}}
    sampling: Mapping[str, Any] = MappingProxyType({})
    module: str = "httpx2"
    empty: Any = None

    def of(self, server: VendorServer, **changes: Any) -> ProviderSettings:
        given = {"name": self.name, "model": MODEL, "password": SecretText(KEY), "baseurl": server.url + self.base_path, **self.settings}
        return ProviderSettings(**{**given, **changes})


# https://platform.openai.com/docs/api-reference/chat/object and …/chat/streaming
CHAT = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": MODEL,
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "all is well"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14},
}
NO_CHOICES = {**CHAT, "choices": []}


def chat_chunk(**changes: Any) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [], **changes}


def chat_delta(text: str, finish: str | None = None) -> dict[str, Any]:
    return chat_chunk(choices=[{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish}])


CHAT_STREAM = events(chat_delta("all is"), chat_delta(" well"), chat_delta("", "stop"), chat_chunk(usage=CHAT["usage"]))
CHAT_SAMPLING = {"max_tokens": 321, "temperature": 0.2, "top_p": 0.9, "stop": ["END"]}


def chat(name: str, base_path: str = "/v1", **changes: Any) -> Vendor:
    path = base_path + "/chat/completions"
    given = {"sampling": CHAT_SAMPLING, "module": "openai", "empty": NO_CHOICES, **changes}
    return Vendor(name, path, CHAT, CHAT_STREAM, base_path=base_path, **given)


# https://docs.claude.com/en/api/messages, …/messages-streaming and …/errors
ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": MODEL,
    "content": [{"type": "text", "text": "all is well"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 11, "output_tokens": 3},
}
ANTHROPIC_STREAM = events(
    {
        "type": "message_start",
        "message": {**ANTHROPIC, "content": [], "stop_reason": None, "usage": {"input_tokens": 11, "output_tokens": 1}},
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "all is"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " well"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": 3}},
    {"type": "message_stop"},
    done=False,
    named=True,
)

# https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
GEMINI = {
    "candidates": [{"content": {"role": "model", "parts": [{"text": "all is well"}]}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": {"promptTokenCount": 11, "candidatesTokenCount": 3, "totalTokenCount": 14},
    "modelVersion": MODEL,
}
GEMINI_STREAM = events(
    {"candidates": [{"content": {"role": "model", "parts": [{"text": "all is"}]}, "index": 0}], "modelVersion": MODEL},
    {**GEMINI, "candidates": [{"content": {"role": "model", "parts": [{"text": " well"}]}, "finishReason": "STOP", "index": 0}]},
    done=False,
)
GEMINI_SAMPLING = {"maxOutputTokens": 321, "temperature": 0.2, "topP": 0.9, "topK": 40.0, "stopSequences": ["END"]}


def google_error(status: int, message: str) -> Any:
    """https://cloud.google.com/apis/design/errors#http_mapping"""
    return {"error": {"code": status, "message": message, "status": "INVALID_ARGUMENT"}}


# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and …_ConverseStream.html
CONVERSE = {
    "output": {"message": {"role": "assistant", "content": [{"reasoningContent": {}}, {"text": "all is well"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 11, "outputTokens": 3, "totalTokens": 14},
    "metrics": {"latencyMs": 1},
}


def aws_event(kind: str, value: Any, message_type: str = "event") -> bytes:
    """A frame: lengths, a checksum of them, headers, payload, a checksum of all.

    https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
    """
    named = {
        f":{'event' if message_type == 'event' else 'exception'}-type": kind,
        ":content-type": "application/json",
        ":message-type": message_type,
    }
    headers = b"".join(
        struct.pack("!B", len(name)) + name.encode() + struct.pack("!BH", 7, len(text)) + text.encode() for name, text in named.items()
    )
    payload = json.dumps(value).encode()
    prelude = struct.pack("!II", len(headers) + len(payload) + 16, len(headers))
    framed = prelude + struct.pack("!I", binascii.crc32(prelude)) + headers + payload
    return framed + struct.pack("!I", binascii.crc32(framed))


def aws_stream(*frames: bytes) -> Reply:
    return Reply(200, b"".join(frames), (), "application/vnd.amazon.eventstream")


CONVERSE_STREAM = aws_stream(
    aws_event("messageStart", {"role": "assistant"}),
    aws_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "all is"}}),
    aws_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": " well"}}),
    aws_event("contentBlockStop", {"contentBlockIndex": 0}),
    aws_event("messageStop", {"stopReason": "end_turn"}),
    aws_event("metadata", {"usage": CONVERSE["usage"], "metrics": {"latencyMs": 1}}),
)


def aws_error(_status: int, message: str) -> Any:
    """https://docs.aws.amazon.com/awsEnvironments/latest/… JSON errors: a message, the type in a header."""
    return {"message": message}


def converse(name: str) -> Vendor:
    return Vendor(
        name,
        f"/model/{quote(MODEL, safe='')}/converse",
        CONVERSE,
        CONVERSE_STREAM,
        f"/model/{quote(MODEL, safe='')}/converse-stream",
        settings={"providerregion": "eu-central-1", "password": SecretText()},
        identity=("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        error=aws_error,
        sampling={"maxTokens": 321, "temperature": 0.2, "topP": 0.9, "stopSequences": ["END"]},
        module="botocore",
        empty={**CONVERSE, "output": {"message": {"role": "assistant", "content": []}}},
    )


# https://docs.cohere.com/reference/chat, …/chat-stream and https://docs.cohere.com/reference/errors
COHERE_USAGE = {"billed_units": {"input_tokens": 9, "output_tokens": 3}, "tokens": {"input_tokens": 11, "output_tokens": 3}}
COHERE = {
    "id": "1",
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "all is well"}]},
    "usage": COHERE_USAGE,
}
COHERE_STREAM = events(
    {"type": "message-start", "id": "1", "delta": {"message": {"role": "assistant"}}},
    {"type": "content-start", "index": 0, "delta": {"message": {"content": {"type": "text", "text": ""}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"thinking": "hm"}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": "all is"}}}},
    {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": " well"}}}},
    {"type": "content-end", "index": 0},
    {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": COHERE_USAGE}},
    named=True,
)

# https://cloud.ibm.com/apidocs/watsonx-ai#text-chat and #text-chat-stream
WATSONX = {key: CHAT[key] for key in ("id", "created", "choices", "usage")} | {"model_id": MODEL}
WATSONX_STREAM = events(chat_delta("all is"), chat_delta(" well", "stop"), chat_chunk(usage=CHAT["usage"]), done=False)

# https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/GenericChatResponse
OCI = {
    "modelId": MODEL,
    "modelVersion": "1",
    "chatResponse": {
        "apiFormat": "GENERIC",
        "timeCreated": "2026-01-01T00:00:00Z",
        "choices": [
            {"index": 0, "finishReason": "stop", "message": {"role": "ASSISTANT", "content": [{"type": "TEXT", "text": "all is well"}]}}
        ],
        "usage": {"promptTokens": 11, "completionTokens": 3, "totalTokens": 14},
    },
}

VENDORS = (
    chat("openai", sampling={"max_completion_tokens": 321, "temperature": 0.2, "top_p": 0.9, "stop": ["END"]}),
    chat("localai", sampling=CHAT_SAMPLING),
    chat("ollama"),
    chat("litellm"),
    chat("groq", "/openai/v1"),
    chat("huggingface"),
    chat("bedrockmantle", settings={"providerregion": "us-east-1"}, module="botocore"),
    # https://learn.microsoft.com/azure/ai-foundry/openai/reference#chat-completions
    Vendor(
        "azureopenai",
        "/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21",
        CHAT,
        CHAT_STREAM,
        settings={"engine": "my-deployment"},
        identity=("api-key", KEY),
        sampling={"max_completion_tokens": 321, "temperature": 0.2, "top_p": 0.9, "stop": ["END"]},
        module="openai",
        empty=NO_CHOICES,
    ),
    Vendor(
        "anthropic",
        "/v1/messages",
        ANTHROPIC,
        ANTHROPIC_STREAM,
        error=lambda _status, message: {"type": "error", "error": {"type": "invalid_request_error", "message": message}},
        sampling={"max_tokens": 321, "temperature": 0.2, "top_k": 40, "stop_sequences": ["END"]},
        module="anthropic",
        empty={**ANTHROPIC, "content": []},
    ),
    Vendor(
        "google",
        f"/v1beta/models/{MODEL}:generateContent",
        GEMINI,
        GEMINI_STREAM,
        f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse",
        identity=("x-goog-api-key", KEY),
        error=google_error,
        sampling=GEMINI_SAMPLING,
        module="google.genai",
        empty={**GEMINI, "candidates": []},
    ),
    # https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
    Vendor(
        "googlevertexai",
        f"/v1beta1/projects/my-project/locations/europe-west4/publishers/google/models/{MODEL}:generateContent",
        GEMINI,
        GEMINI_STREAM,
        f"/v1beta1/projects/my-project/locations/europe-west4/publishers/google/models/{MODEL}:streamGenerateContent?alt=sse",
        settings={"providerid": "my-project", "providerregion": "europe-west4", "password": SecretText()},
        identity=("authorization", f"Bearer {TOKEN}"),
        error=google_error,
        sampling=GEMINI_SAMPLING,
        module="google.genai",
        empty={**GEMINI, "candidates": []},
    ),
    converse("amazonbedrock"),
    converse("amazonbedrockconverse"),
    # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html; the answer is the container's own
    Vendor(
        "amazonsagemaker",
        "/endpoints/my-endpoint/invocations",
        [{"generation": {"role": "assistant", "content": "all is well"}}],
        None,
        settings={"providerregion": "eu-central-1", "endpointname": "my-endpoint", "password": SecretText()},
        identity=("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
        counts=False,
        error=lambda _status, message: {"Message": message},
        sampling={"max_new_tokens": 321, "temperature": 0.2, "top_p": 0.9, "top_k": 40, "stop": ["END"]},
        module="botocore",
        empty=[],
    ),
    Vendor(
        "cohere",
        "/v2/chat",
        COHERE,
        COHERE_STREAM,
        error=lambda _status, message: {"id": "1", "message": message},
        sampling={"max_tokens": 321, "temperature": 0.2, "p": 0.9, "k": 40, "stop_sequences": ["END"]},
        empty={**COHERE, "message": {"role": "assistant", "content": []}},
    ),
    # k8sgpt's pkg/ai/customrest.go
    Vendor(
        "customrest",
        "/answer",
        {"model": MODEL, "created_at": "2026-01-01T00:00:00Z", "response": "all is well", "prompt_eval_count": 11, "eval_count": 3},
        Reply(200, b'{"response": "all is"}\n{"response": " well", "prompt_eval_count": 11, "eval_count": 3}\n'),
        base_path="/answer",
        sampling={"temperature": 0.2, "top_p": 0.9, "top_k": 40, "num_predict": 321, "stop": ["END"]},
        error=lambda _status, message: {"error": message},
        empty={"model": MODEL, "response": ""},
    ),
    Vendor(
        "ibmwatsonxai",
        "/ml/v1/text/chat?version=2025-02-06",
        WATSONX,
        WATSONX_STREAM,
        "/ml/v1/text/chat_stream?version=2025-02-06",
        settings={"providerid": "my-project"},
        identity=("authorization", f"Bearer {TOKEN}"),
        error=lambda status, message: {"errors": [{"code": "c", "message": message}], "trace": "1", "status_code": status},
        sampling=CHAT_SAMPLING,
        empty={**WATSONX, "choices": []},
    ),
    Vendor(
        "oci",
        "/20231130/actions/chat",
        OCI,
        None,
        settings={"compartmentid": "ocid1.compartment.oc1..c", "providerregion": "eu-frankfurt-1", "password": SecretText()},
        identity=("authorization", 'Signature algorithm="rsa-sha256"'),
        error=lambda _status, message: {"code": "InvalidParameter", "message": message},
        sampling={"maxTokens": 321, "temperature": 0.2, "topP": 0.9, "topK": 40, "stop": ["END"]},
        module="oci",
        empty={**OCI, "chatResponse": {"apiFormat": "GENERIC", "choices": []}},
    ),
)
STREAMING = tuple(vendor for vendor in VENDORS if vendor.streamed is not None)
every_vendor = pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[VendorServer]:
    """The server, and credentials of nobody for the clouds, whose tokens come from it too."""
    with vendor_server() as server:
        server.tokens = document({"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"})
        _clouds(monkeypatch, tmp_path, server)
        yield server


def _clouds(monkeypatch: pytest.MonkeyPatch, folder: Path, server: VendorServer) -> None:
    for name in (
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_BEARER_TOKEN_BEDROCK",
        "GOOGLE_CLOUD_PROJECT",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-nobody-0123456789")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / "none"))
    (folder / "google.json").write_text(service_account(server))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(folder / "google.json"))
    monkeypatch.setenv("WATSONX_AI_AUTH_URL", server.url)
    _oci(monkeypatch, folder)


def service_account(server: VendorServer) -> str:
    """https://cloud.google.com/iam/docs/keys-create-delete#creating: the key's file."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "own-project",
            "private_key_id": "1",
            "private_key": _private_key(),
            "client_email": "a@example.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": f"{server.url}/token",
        }
    )


def _oci(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    (folder / "oci.pem").write_text(_private_key())
    (folder / "oci").write_text(
        "[DEFAULT]\nuser=ocid1.user.oc1..u\nfingerprint=00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff\n"
        f"tenancy=ocid1.tenancy.oc1..t\nregion=eu-frankfurt-1\nkey_file={folder / 'oci.pem'}\n"
    )
    monkeypatch.setenv("OCI_CLI_CONFIG_FILE", str(folder / "oci"))


def _private_key() -> str:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not _KEYS:
        form = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        _KEYS.append(rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(*form).decode())
    return _KEYS[0]


_KEYS: list[str] = []


def ask(settings: ProviderSettings, *, stream: bool = False, timeout: float = 20.0, ca_file: str = "") -> tuple[Answer, list[str]]:
    pieces: list[str] = []

    async def once() -> Answer:
        provider = connect(settings, timeout=timeout, ca_file=ca_file)
        try:
            return await provider.answer(PROMPT, pieces.append if stream else None)
        finally:
            await provider.close()
            await provider.close()

    return asyncio.run(once()), pieces


def asked(server: VendorServer) -> list[Request]:
    return [request for request in server.requests if not is_for_token(request)]


def needs(vendor: Vendor) -> None:
    pytest.importorskip(vendor.module, reason=f"kubedx[{vendor.name}] is not installed")


@every_vendor
def test_the_request_is_the_vendors_own_with_all_settings(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(document(vendor.good))
    wanted = {"temperature": 0.2, "topp": 0.9, "topk": 40, "maxtokens": 321, "stopsequences": ("END",)}
    answer, _ = ask(vendor.of(vendors, **wanted, customheaders=(("X-Team", SecretText("red")),)))
    assert answer == Answer("all is well", Usage(11, 3) if vendor.counts else None)
    (request,) = asked(vendors)
    assert (request.method, request.path) == ("POST", vendor.path)
    name, value = vendor.identity
    assert request.headers[name].startswith(value)
    assert request.headers["x-team"] == "red"
    assert request.headers["user-agent"].startswith("kubedx/") or vendor.module == "google.genai"
    assert not [header for header in request.headers if header.startswith("x-stainless-") and header[12:] in ("os", "arch", "runtime")]
    assert vendor.sampling.items() <= _flat(request.body).items()
    sent = json.dumps(request.body, ensure_ascii=False)
    for part in (PROMPT.system, PROMPT.user):
        assert json.dumps(part, ensure_ascii=False)[1:-1] in sent


def _flat(body: Any) -> dict[str, Any]:
    inner = [value for value in body.values() if isinstance(value, dict)]
    return {**{name: value for each in inner for name, value in _flat(each).items()}, **body}


@every_vendor
def test_an_answer_is_told_piece_by_piece_where_the_protocol_streams(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(vendor.streamed or document(vendor.good))
    answer, pieces = ask(vendor.of(vendors), stream=True)
    assert pieces == (["all is", " well"] if vendor.streamed else ["all is well"])
    assert answer == Answer("all is well", Usage(11, 3) if vendor.counts else None)
    (request,) = asked(vendors)
    assert request.path == (vendor.stream_path or vendor.path)


@pytest.mark.parametrize(
    ("status", "stream", "kind", "says"),
    [
        (401, False, ProviderRefused, "refused the API key (HTTP 401)"),
        (403, True, ProviderRefused, "refused the API key (HTTP 403)"),
        (404, False, ProviderRefused, "knows no such model or path (HTTP 404): it is our fault"),
        (429, False, ProviderBusy, "rate limit or quota is used up (HTTP 429): it is our fault"),
        (429, True, ProviderBusy, "rate limit or quota is used up (HTTP 429): it is our fault"),
        (500, False, ProviderBusy, "failed (HTTP 500): it is our fault"),
        (503, False, ProviderBusy, "failed (HTTP 503): it is our fault"),
        (418, False, ProviderFailed, "failed (HTTP 418): it is our fault"),
    ],
)
@every_vendor
def test_an_error_is_one_typed_sentence(
    vendor: Vendor, vendors: VendorServer, status: int, stream: bool, kind: type[ProviderFailed], says: str
) -> None:
    needs(vendor)
    key = vendor.of(vendors).password.reveal()
    vendors.replies(document(vendor.error(status, f"it is our fault, {key}\n\x1b[31m"), status, ("Retry-After", "7")))
    with pytest.raises(ProviderFailed) as caught:
        ask(vendor.of(vendors), stream=stream)
    sentence = str(caught.value)
    assert type(caught.value) is kind
    assert says in sentence
    assert sentence.isprintable()
    assert KEY not in sentence
    assert getattr(caught.value, "retry_after", 7.0) == 7.0
    assert len(asked(vendors)) == 1


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"{}", b"no json", b"<html>log in</html>", b'{"choices": 1}', b"\xff\xfe", b"[" * 5000]
)
@every_vendor
def test_an_answer_of_another_shape_is_one_sentence(vendor: Vendor, vendors: VendorServer, body: bytes) -> None:
    needs(vendor)
    vendors.replies(Reply(200, body))
    with pytest.raises(ProviderFailed) as caught:
        ask(vendor.of(vendors), stream=len(body) % 2 == 0)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500


@every_vendor
def test_no_choices_is_no_answer(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(document(vendor.empty))
    with pytest.raises(ProviderFailed, match=r"empty answer|no chat completion"):
        ask(vendor.of(vendors))


@pytest.mark.parametrize("stream", [False, True])
@every_vendor
def test_a_flood_is_left_before_it_fills_the_memory(vendor: Vendor, vendors: VendorServer, *, stream: bool) -> None:
    needs(vendor)
    kind = vendor.streamed.content_type if stream and vendor.streamed else "application/json"
    vendors.replies(Reply(200, b" " * 65536, (), kind, flood=True))
    with pytest.raises(ProviderFailed, match=r"sent more than 8192 KiB|no chat completion"):
        ask(vendor.of(vendors), stream=stream)


@every_vendor
def test_who_is_slow_is_left_in_time_and_who_cuts_is_busy(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(Reply(hang=True))
    with pytest.raises(ProviderFailed, match=r"did not answer in 0\.5 seconds"):
        ask(vendor.of(vendors), timeout=0.5)
    vendors.replies(Reply(200, json.dumps(vendor.good).encode()[:-9], cut=True))
    with pytest.raises(ProviderBusy, match="cut the connection"):
        ask(vendor.of(vendors))


@every_vendor
def test_nobody_there_and_no_redirect_is_followed(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(Reply(307, b"", (("Location", "/elsewhere"),)))
    with pytest.raises(ProviderFailed):
        ask(vendor.of(vendors))
    assert {request.path for request in asked(vendors)} == {vendor.path}
    with pytest.raises(ProviderRefused, match="cannot be reached"):
        ask(vendor.of(vendors, baseurl="http://127.0.0.1:9"))


@every_vendor
def test_a_proxy_of_the_config_file_is_used(vendor: Vendor, vendors: VendorServer) -> None:
    needs(vendor)
    vendors.replies(document(vendor.good))
    ask(vendor.of(vendors, baseurl="http://model.example" + vendor.base_path, proxy_endpoint=vendors.url))
    assert {request.headers["host"] for request in asked(vendors)} == {"model.example"}


def test_a_service_account_is_a_key_of_google(vendors: VendorServer) -> None:
    pytest.importorskip("google.genai", reason="kubedx[google] is not installed")
    vendors.replies(document(GEMINI))
    (google,) = (vendor for vendor in VENDORS if vendor.name == "google")
    ask(google.of(vendors, password=SecretText(service_account(vendors))))
    (request,) = asked(vendors)
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-goog-api-key" not in request.headers
    with pytest.raises(ProviderNotConfigured, match="begins like a service account"):
        connect(google.of(vendors, password=SecretText('{"type": "x"}')), timeout=1.0)


def test_managed_identity_of_azure_is_an_identity(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference"""
    pytest.importorskip("azure.identity", reason="kubedx[azureopenai] is not installed")
    pytest.importorskip("openai", reason="kubedx[openai] is not installed")
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{vendors.url}/token")
    monkeypatch.setenv("IDENTITY_HEADER", "h")
    vendors.tokens = document({"access_token": TOKEN, "expires_on": "4102444800", "resource": "r", "token_type": "Bearer"})
    vendors.replies(document(CHAT))
    (azure,) = (vendor for vendor in VENDORS if vendor.name == "azureopenai")
    ask(azure.of(vendors, azureapitype="AZURE_AD", password=SecretText()))
    assert asked(vendors)[-1].headers["authorization"] == f"Bearer {TOKEN}"
    ask(azure.of(vendors, azureapitype="AZURE_AD"))
    assert asked(vendors)[-1].headers["authorization"] == f"Bearer {KEY}"
    assert "api-key" not in asked(vendors)[-1].headers


def test_mantle_is_signed_where_there_is_no_key(vendors: VendorServer) -> None:
    pytest.importorskip("openai", reason="kubedx[openai] is not installed")
    vendors.replies(document(CHAT))
    (mantle,) = (vendor for vendor in VENDORS if vendor.name == "bedrockmantle")
    ask(mantle.of(vendors, password=SecretText()))
    assert "/us-east-1/bedrock-mantle/aws4_request" in asked(vendors)[0].headers["authorization"]


@pytest.mark.parametrize(("kind", "busy"), [("throttlingException", True), ("validationException", False)])
def test_an_exception_in_the_middle_of_a_stream_of_amazon(vendors: VendorServer, kind: str, *, busy: bool) -> None:
    first = aws_event("contentBlockDelta", {"contentBlockIndex": 0, "delta": {"text": "all"}})
    vendors.replies(aws_stream(first, aws_event(kind, {"message": "it is our fault"}, "exception")))
    with pytest.raises(ProviderFailed, match="it is our fault") as caught:
        ask(converse("amazonbedrock").of(vendors), stream=True)
    assert isinstance(caught.value, ProviderBusy) is busy
    vendors.replies(aws_stream(first[:-2] + b"xx"))
    with pytest.raises(ProviderFailed, match="no chat completion"):
        ask(converse("amazonbedrock").of(vendors), stream=True)


def test_without_credentials_amazon_says_how_to_log_in(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ProviderNotConfigured, match="no AWS credentials were found"):
        connect(converse("amazonbedrock").of(vendors), timeout=1.0)
    with pytest.raises(ProviderNotConfigured, match="has no region"):
        connect(converse("amazonbedrock").of(vendors, providerregion=""), timeout=1.0)
    ask_with_key = converse("amazonbedrock").of(vendors, password=SecretText(KEY))
    vendors.replies(document(CONVERSE))
    ask(ask_with_key)
    assert asked(vendors)[0].headers["authorization"] == f"Bearer {KEY}"


def test_the_token_of_ibm_is_fetched_once_and_its_refusal_is_told(vendors: VendorServer) -> None:
    (watsonx,) = (vendor for vendor in VENDORS if vendor.name == "ibmwatsonxai")
    vendors.replies(document(WATSONX))

    async def twice() -> None:
        provider = connect(watsonx.of(vendors), timeout=20.0)
        await asyncio.gather(provider.answer(PROMPT), provider.answer(PROMPT))
        await provider.close()

    asyncio.run(twice())
    (token,) = (request for request in vendors.requests if is_for_token(request))
    assert token.raw == f"grant_type=urn%3Aibm%3Aparams%3Aoauth%3Agrant-type%3Aapikey&apikey={KEY}".encode()
    vendors.tokens = document({"errorCode": "BXNIM0415E", "errorMessage": f"Provided API key {KEY} could not be found."}, 400)
    with pytest.raises(ProviderFailed, match="could not be found") as caught:
        ask(watsonx.of(vendors))
    assert KEY not in str(caught.value)


def test_vertex_asks_for_the_model_that_was_asked_for_or_none(vendors: VendorServer) -> None:
    pytest.importorskip("google.genai", reason="kubedx[google] is not installed")
    vertex = next(vendor for vendor in VENDORS if vendor.name == "googlevertexai")
    with pytest.raises(ProviderNotConfigured, match="has no model"):
        connect(vertex.of(vendors, model=""), timeout=1.0)
    provider = connect(vertex.of(vendors, baseurl=""), timeout=1.0)
    assert (provider.address, provider.model) == ("https://europe-west4-aiplatform.googleapis.com", MODEL)


@pytest.mark.parametrize("name", ["localai", "ollama", "litellm", "customrest", "noopai"])
def test_what_may_be_local_never_defaults_to_a_public_address(name: str) -> None:
    provider = connect(ProviderSettings(name=name, model="m"), timeout=1.0)
    assert provider.address.startswith("http://localhost:") or (name, provider.address) == ("noopai", "")


def test_noopai_answers_with_the_prompt() -> None:
    answer, pieces = ask(ProviderSettings(name="noopai"), stream=True)
    assert answer.text.endswith(PROMPT.user)
    assert pieces == [answer.text]


def test_the_vendors_are_all_backends_that_have_a_wire() -> None:
    assert {vendor.name for vendor in VENDORS} == set(KNOWN) - {"noopai", "local"}
