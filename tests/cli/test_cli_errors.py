"""Each way to fail is one sentence on standard error that says what to do, under both names and for people and programs alike."""

import base64
import datetime as dt
import http.server
import json
import re
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from apiserver.cluster import Authority
from cli.conftest import Run, command

Build = Callable[[Path], tuple[str, ...]]
"""Makes what fails in a folder, and tells the words of the command line behind `analyze`."""

AUTHORITY = Authority()
PAST = dt.datetime(2020, 5, 17, 12, 30, tzinfo=dt.UTC)
NOWHERE = "https://127.0.0.1:1"


def encoded(content: bytes | str) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


def kubeconfig(folder: Path, server: str, user: dict[str, Any] | None = None, authority: bytes = b"") -> tuple[str, ...]:
    cluster = {"certificate-authority-data": encoded(authority)} if authority else {}
    document = {
        "current-context": "shop",
        "clusters": [{"name": "shop", "cluster": {"server": server, **cluster}}],
        "users": [{"name": "ann", "user": user or {"token": "t0ken"}}],
        "contexts": [{"name": "shop", "context": {"cluster": "shop", "user": "ann"}}],
    }
    (folder / "config").write_text(json.dumps(document))
    return ("--kubeconfig", str(folder / "config"))


def token(expiry: dt.datetime) -> str:
    """A JSON Web Token that is signed by nobody."""
    parts = ('{"alg":"none"}', json.dumps({"sub": "ann", "exp": int(expiry.timestamp())}), "t0ken")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


def dump(content: bytes | None) -> Build:
    def build(folder: Path) -> tuple[str, ...]:
        if content is not None:
            (folder / "dump").write_bytes(content)
        return ("--from", str(folder / "dump"))

    return build


def config(text: str) -> Build:
    def build(folder: Path) -> tuple[str, ...]:
        (folder / "k8sgpt").mkdir()
        (folder / "k8sgpt/k8sgpt.yaml").write_text(text)
        return ("--demo",)

    return build


def absent_plugin(folder: Path) -> tuple[str, ...]:
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "command": "no-such-plugin"}
    return kubeconfig(folder, NOWHERE, {"exec": plugin | {"installHint": "get it from plugins.example"}})


FAILURES: dict[str, tuple[Build, str]] = {
    "no kubeconfig": (lambda _: (), r"no cluster is configured: .+; give --kubeconfig FILE, --from PATH for a dump, or --demo .+"),
    "a kubeconfig that is not there": (lambda _: ("--kubeconfig", "nowhere"), r"the kubeconfig nowhere does not exist; give .+"),
    "an API server that does not run": (
        lambda folder: kubeconfig(folder, NOWHERE),
        r"the API server .+ refuses connections; check that .+",
    ),
    "an API server without an address": (
        lambda folder: kubeconfig(folder, "https://api.shop.invalid"),
        r"the API server https://api\.shop\.invalid:443 has no address in DNS; check .+",
    ),
    "an exec plugin that is not installed": (
        absent_plugin,
        r"the exec plugin 'no-such-plugin' of the kubeconfig is not installed, or not on the PATH; get it from plugins\.example",
    ),
    "a filter that nobody knows": (lambda _: ("--demo", "--filter=Podd"), r'filter "Podd" is not known; did you mean Pod\?.+'),
    "a namespace that is not there": (lambda _: ("--demo", "-n", "shpo"), r"namespace 'shpo' does not exist .+; check the name"),
    "a dump that is not there": (dump(None), r"cannot read \S+: there is no such file or folder; check the path"),
    "a dump that is empty": (dump(b""), r"no Kubernetes object in \S+ \(1 file\); expected are .+"),
    "a dump that is no dump": (dump(bytes(range(256)) * 4), r"no Kubernetes object in \S+ \(1 file\); expected are .+"),
    "a dump that is cut": (dump(b'{"apiVersion": "v1", "kind": "List", "items": [{"kind"'), r".+\S+.+; .+"),
    "a config file that is no YAML": (
        config("ai: [unfinished\n"),
        r"the config file \S+ is no valid YAML \(.+\); correct it, or move it away",
    ),
    "a config file of another kind": (
        config("- ai\n"),
        r"\S+/k8sgpt\.yaml: the document must be a mapping of settings, and is a list; correct it there",
    ),
    "a full disk": (
        lambda _: ("--demo", "--output-file=/dev/full"),
        r"the report could not be written to /dev/full: .+; free some space.+",
    ),
}


@pytest.mark.parametrize("output", ["text", "json"])
@pytest.mark.parametrize("name", ["kubedx", "k8sgpt"])
@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_is_one_sentence_that_says_what_to_do(run: Run, tmp_path: Path, failure: str, name: str, output: str) -> None:
    build, sentence = FAILURES[failure]
    done = run("analyze", *build(tmp_path), "-o", output, name=name)
    assert (done.returncode, done.stdout) == (2 if "filter" in failure and name == "kubedx" else 1, "")
    assert re.fullmatch(rf"{name}: {sentence}\n", done.stderr), done.stderr
    assert "t0ken" not in done.stderr


@pytest.mark.parametrize("output", ["text", "json", "markdown"])
@pytest.mark.parametrize("name", ["kubedx", "k8sgpt"])
def test_standard_output_on_a_full_disk(environment: dict[str, str], name: str, output: str) -> None:
    with Path("/dev/full").open("wb") as full:
        words = [*command(name), "analyze", "--demo", "-o", output]
        done = subprocess.run(words, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert re.fullmatch(
        rf"{name}: the report could not be written to standard output: .+; free some space or write elsewhere\n", done.stderr
    )


@pytest.mark.parametrize("words", [("--help",), ("version",), ("completion", "bash")])
def test_what_is_no_report_on_a_full_disk(environment: dict[str, str], words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        command_line = [*command("kubedx"), *words]
        done = subprocess.run(command_line, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert re.fullmatch(r"kubedx: standard output could not be written: .+; free some space or write elsewhere\n", done.stderr)


@pytest.mark.parametrize("output", ["text", "json", "html"])
@pytest.mark.parametrize("name", ["kubedx", "k8sgpt"])
def test_a_pipe_that_nobody_reads_to_its_end_is_no_error_to_tell(environment: dict[str, str], name: str, output: str) -> None:
    words = [*command(name), "analyze", "--demo", "-o", output]
    first = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert first.stdout is not None
    assert first.stderr is not None
    first.stdout.close()
    with first.stderr as errors:
        assert errors.read() == b""
    assert first.wait(60) == 141


class Refuses(http.server.BaseHTTPRequestHandler):
    """An API server that knows nobody."""

    def do_GET(self) -> None:
        body = b'{"kind": "Status", "code": 401, "reason": "Unauthorized"}'
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: Any) -> None:
        """Nothing."""


@pytest.fixture(params=[None, PAST], ids=["good", "expired"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A TLS server on this machine, whose certificate may have expired."""
    pair = AUTHORITY.issue("api", addresses=["127.0.0.1"], valid_until=request.param)
    (tmp_path / "server.pem").write_bytes(b"".join(pair))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as listening:
        listening.daemon_threads = True
        listening.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that hangs up is what is tested
        listening.socket = context.wrap_socket(listening.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listening.server_port}"
        listening.shutdown()
        thread.join()


@pytest.mark.parametrize("server", [PAST], indirect=True, ids=["expired"])
@pytest.mark.parametrize("name", ["kubedx", "k8sgpt"])
def test_a_certificate_of_the_api_server_that_has_expired(run: Run, tmp_path: Path, server: str, name: str) -> None:
    done = run("analyze", *kubeconfig(tmp_path, server, authority=AUTHORITY.pem), name=name)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"{name}: the certificate of the API server https://\S+ has expired; renew it on the cluster\n", done.stderr), (
        done.stderr
    )


@pytest.mark.parametrize("server", [None], indirect=True, ids=["good"])
@pytest.mark.parametrize(
    ("user", "why"),
    [
        ({"token": token(PAST)}, r"the token of context 'shop' expired at 2020-05-17 12:30 UTC; sign in again"),
        ({"token": token(dt.datetime(2990, 1, 1, tzinfo=dt.UTC))}, r"the token of context 'shop' is wrong or has expired; sign in again"),
        ({"token": "a.t0ken.c"}, r"the token of context 'shop' is wrong or has expired; sign in again"),
        ({"token": "t0ken"}, r"the token of context 'shop' is wrong or has expired; sign in again"),
        ({"username": "ann", "password": "t0ken"}, r"the user name and password of context 'shop' is wrong or has expired; sign in again"),
        (
            dict(zip(("client-certificate-data", "client-key-data"), map(encoded, AUTHORITY.issue("ann", valid_until=PAST)), strict=True)),
            r"the client certificate of context 'shop' expired at 2020-05-17 12:30 UTC; renew it",
        ),
    ],
    ids=["expired token", "future token", "odd token", "token", "password", "expired certificate"],
)
def test_who_is_not_known_is_told_why(run: Run, tmp_path: Path, server: str, user: dict[str, Any], why: str) -> None:
    words = kubeconfig(tmp_path, server, user, AUTHORITY.pem)
    done = run("analyze", *words, "-o", "json", name="k8sgpt")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"k8sgpt: the API server https://\S+ does not know us \(401\): {why}\n", done.stderr), done.stderr
    assert "t0ken" not in done.stderr
