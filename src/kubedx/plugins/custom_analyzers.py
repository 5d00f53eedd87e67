"""Custom analyzers: gRPC servers that find faults, by k8sgpt's contract `schema.v1.CustomAnalyzerService/Run`.

Each is asked once a scan, all at the same time, and none may hold a scan up. One that does not answer leaves a line of the coverage.
The messages are those of https://github.com/k8sgpt-ai/schemas, protobuf/schema/v1/custom_analyzer.proto.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any

import msgspec

from kubedx.errors import KubedxError
from kubedx.findings import Confidence, Evidence, EvidenceType, Finding, Severity, Skip, digest
from kubedx.kube import Ref, kind_by_word
from kubedx.plugins.custom_analyzer_messages import messages

METHOD = "/schema.v1.CustomAnalyzerService/Run"
SECONDS = 10.0
"""How long an analyzer may take to answer."""
MAX_BYTES = 4 * 1024 * 1024
MAX_ERRORS = 100
MAX_TEXT = 4096
_SECURE = ("https://", "grpcs://")


class CustomAnalyzerError(KubedxError):
    """Custom analyzers cannot be asked at all."""


class Server(msgspec.Struct, frozen=True):
    """Where an analyzer listens. A URL that begins with `https://` or `grpcs://` is asked over TLS."""

    name: str
    url: str
    port: int

    @property
    def address(self) -> str:
        """Host and port."""
        host = self.url.partition("://")[2] or self.url
        return f"{host.rstrip('/')}:{self.port}"


class Answers(msgspec.Struct, frozen=True):
    """What the analyzers found, and which of them did not answer."""

    findings: tuple[Finding, ...] = ()
    skips: tuple[Skip, ...] = ()


def ask_custom_analyzers(servers: Iterable[Server], namespaces: Sequence[str] = (), seconds: float = SECONDS) -> Answers:
    """Ask all of them. The asked namespaces go along as metadata, `kubedx-namespaces`, which k8sgpt's contract has no place for.

    Raises CustomAnalyzerError when the packages that this needs are not installed.
    """
    servers = tuple(servers)
    if not servers:
        return Answers()
    grpc, run_request, run_response = _grpc(), *messages()
    metadata = (("kubedx-namespaces", ",".join(namespaces)),) if namespaces else ()
    channels = [_channel(grpc, server) for server in servers]
    try:
        calls = [_run(channel, run_request, run_response).future(run_request(), timeout=seconds, metadata=metadata) for channel in channels]
        findings: list[Finding] = []
        skips: list[Skip] = []
        for server, call in zip(servers, calls, strict=True):
            try:
                findings.extend(_findings(server, call.result()))
            except grpc.RpcError as error:
                skips.append(_skip(server, f"{error.code().name.lower().replace('_', ' ')}: {error.details()}"))
            except ValueError as error:
                skips.append(_skip(server, str(error)))
    finally:
        for channel in channels:
            channel.close()
    return Answers(tuple(findings), tuple(skips))


def _grpc() -> Any:
    try:
        return import_module("grpc")
    except ImportError as error:
        raise CustomAnalyzerError("custom analyzers need a package that is not installed: pip install 'kubedx[custom]'") from error


def _run(channel: Any, run_request: Any, run_response: Any) -> Any:
    return channel.unary_unary(METHOD, request_serializer=run_request.SerializeToString, response_deserializer=run_response.FromString)


def _channel(grpc: Any, server: Server) -> Any:
    options = (("grpc.max_receive_message_length", MAX_BYTES), ("grpc.enable_retries", 0))
    if server.url.startswith(_SECURE):
        return grpc.secure_channel(server.address, grpc.ssl_channel_credentials(), options)
    return grpc.insecure_channel(server.address, options)


def _findings(server: Server, response: Any) -> Iterable[Finding]:
    """One finding for each error of the result. An empty result means that nothing is wrong."""
    result = response.result
    texts = [error.text[:MAX_TEXT] for error in result.error if error.text.strip()][:MAX_ERRORS]
    if not texts:
        return
    subject = _subject(result.kind or server.name, result.name)
    for text in texts:
        yield Finding(
            code=f"custom/{server.name}",
            filter=server.name,
            subject=subject,
            severity=Severity.ERROR,
            confidence=Confidence.LIKELY,
            message=" ".join(text.split()),
            evidence=(Evidence(type=EvidenceType.FIELD, ref=subject, path=f"custom analyzer {server.name}", value=result.details or text),),
            error_class=digest(text),
        )


def _subject(kind: str, name: str) -> Ref:
    namespace, slash, bare = name.partition("/")
    known = kind_by_word(kind)
    place = namespace if slash else ""
    return known.ref(place, bare if slash else name) if known else Ref("", kind, place, bare if slash else name)


def _skip(server: Server, reason: str) -> Skip:
    return Skip(
        code=f"custom/{server.name}",
        namespace="",
        reason=f"the custom analyzer at {server.address} did not answer ({' '.join(reason.split())[:200]})",
        filters=(server.name,),
        fault=f"What the custom analyzer {server.name} finds.",
    )
