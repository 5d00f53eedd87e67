"""Custom analyzers on the wire: a real gRPC server on the loopback address that speaks k8sgpt's contract."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from apiserver.cluster import Authority
from cli.conftest import Run
from kubedx.plugins import Answers, Server, ask_custom_analyzers
from kubedx.plugins.custom_analyzer_messages import messages

REQUEST, RESPONSE = messages()

Answer = Callable[[Any, grpc.ServicerContext], Any]


@contextmanager
def listening(answer: Answer, secure: "grpc.ServerCredentials | None" = None) -> Iterator[int]:
    """The port of a server that answers so, over TLS where it has a certificate."""
    handler = grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=REQUEST.FromString, response_serializer=RESPONSE.SerializeToString
    )
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("schema.v1.CustomAnalyzerService", {"Run": handler}),))
    port = server.add_secure_port("127.0.0.1:0", secure) if secure else server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(None).wait()


def result(kind: str = "Deployment", name: str = "shop/cart", *texts: str, details: str = "") -> Any:
    return RESPONSE(result={"kind": kind, "name": name, "error": [{"text": text} for text in texts], "details": details})


def ask(port: int, seconds: float = 10.0, namespaces: tuple[str, ...] = ()) -> Answers:
    return ask_custom_analyzers([Server("hosts", "127.0.0.1", port)], namespaces, seconds)


def test_what_it_finds_are_findings_on_the_object_that_it_names() -> None:
    with listening(lambda _request, _context: result("Deployment", "shop/cart", "disk is old", "fan is loud")) as port:
        answers = ask(port)
    assert [(str(one.subject), one.subject.api_version, one.code, one.message) for one in answers.findings] == [
        ("Deployment shop/cart", "apps/v1", "custom/hosts", "disk is old"),
        ("Deployment shop/cart", "apps/v1", "custom/hosts", "fan is loud"),
    ]
    assert answers.skips == ()


@pytest.mark.parametrize("nothing", [RESPONSE(), result("", ""), result("Pod", "shop/x", " ")])
def test_an_empty_result_means_that_nothing_is_wrong(nothing: Any) -> None:
    with listening(lambda _request, _context: nothing) as port:
        assert ask(port) == Answers()


def test_a_kind_that_nobody_knows_and_an_object_without_a_namespace() -> None:
    with listening(lambda _request, _context: result("Rack", "r7", "no power")) as port:
        (finding,) = ask(port).findings
    assert str(finding.subject) == "Rack r7"
    with listening(lambda _request, _context: result("", "r7", "no power")) as port:
        (finding,) = ask(port).findings
    assert finding.subject.kind == "hosts"


def test_the_asked_namespaces_go_along() -> None:
    seen: list[tuple[str, str]] = []

    def answer(_request: Any, context: grpc.ServicerContext) -> Any:
        seen.extend((str(key), str(value)) for key, value in context.invocation_metadata())
        return result("Pod", "shop/x", "old")

    with listening(answer) as port:
        ask(port, namespaces=("shop", "lab"))
    assert ("kubedx-namespaces", "shop,lab") in seen


def test_one_that_hangs_fails_or_is_not_there_is_a_skip_and_holds_nobody_up() -> None:
    def hang(_request: Any, context: grpc.ServicerContext) -> Any:
        time.sleep(2)
        return result()

    def fail(_request: Any, context: grpc.ServicerContext) -> Any:
        context.abort(grpc.StatusCode.INTERNAL, "out of\ncoffee")

    with listening(hang) as slow, listening(fail) as broken, listening(lambda _r, _c: result("Pod", "shop/x", "old")) as good:
        servers = [Server("slow", "127.0.0.1", slow), Server("broken", "127.0.0.1", broken), Server("gone", "127.0.0.1", 1)]
        answers = ask_custom_analyzers([*servers, Server("good", "127.0.0.1", good)], seconds=1.0)
    assert [one.message for one in answers.findings] == ["old"]
    assert [(one.code, one.filters) for one in answers.skips] == [
        ("custom/slow", ("slow",)),
        ("custom/broken", ("broken",)),
        ("custom/gone", ("gone",)),
    ]
    assert "deadline exceeded" in answers.skips[0].reason
    assert "internal: out of coffee" in answers.skips[1].reason
    assert "unavailable" in answers.skips[2].reason


def test_a_flood_is_refused() -> None:
    with listening(lambda _request, _context: result("Pod", "shop/x", "x" * (5 * 1024 * 1024))) as port:
        answers = ask(port)
    assert answers.findings == ()
    assert "resource exhausted" in answers.skips[0].reason


def test_its_findings_are_incidents_of_the_command(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "k8sgpt.yaml"
    with listening(lambda _request, _context: result("Deployment", "boutique/web", "uses an old base image")) as port:
        config.write_text(f"custom_analyzers:\n- {{name: images, connection: {{url: localhost, port: '{port}'}}}}\n")
        words = ("analyze", "--demo", "--custom-analysis", "--config", str(config), "--filter", "Node", "--explain", "-o", "json")
        document = json.loads(run(*words).stdout)
    (incident,) = document["incidents"]
    assert incident["rootCause"]["code"] == "custom/images"
    assert incident["explanations"][0]["summary"] == "Deployment boutique/web: uses an old base image."
    document = json.loads(run(*words).stdout)
    assert [skip["code"] for skip in document["coverage"]["skipped"]] == ["custom/images"]


def test_several_are_asked_one_of_them_over_tls(run: Run, tmp_path: Path) -> None:
    authority = Authority()
    certificate, key = authority.issue("analyzer", names=["localhost"])
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    config = tmp_path / "k8sgpt.yaml"
    secure = grpc.ssl_server_credentials([(key, certificate)])
    with (
        listening(lambda _request, _context: result("Deployment", "boutique/web", "is old"), secure) as safe,
        listening(lambda _request, _context: result("Deployment", "boutique/basket", "is slow")) as plain,
    ):
        entries = [
            ("safe", "https://localhost", safe),
            ("plain", "localhost", plain),
            ("unsafe", "localhost", safe),
            ("gone", "localhost", 1),
        ]
        analyzers = [{"name": name, "connection": {"url": url, "port": port}} for name, url, port in entries]
        config.write_text(json.dumps({"custom_analyzers": analyzers}))
        words = ("analyze", "--demo", "-z", "--config", str(config), "--filter", "Node", "-o", "json")
        document = json.loads(run(*words, env={"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(tmp_path / "ca.pem")}).stdout)
        distrusted = json.loads(run(*words).stdout)
    assert {one["rootCause"]["code"] for one in document["incidents"]} == {"custom/safe", "custom/plain"}
    assert {skip["code"] for skip in document["coverage"]["skipped"]} == {"custom/unsafe", "custom/gone"}
    assert {one["rootCause"]["code"] for one in distrusted["incidents"]} == {"custom/plain"}


def test_the_flag_without_an_analyzer_says_so(run: Run) -> None:
    done = run("analyze", "--demo", "-z")
    assert done.returncode == 0
    assert "kubedx custom-analyzer add" in done.stderr
