"""The walk everybody knows, on the packaged demo cluster: `kubedx analyze --explain --filter=Pod -n=default -c`."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kubedx.report import json as json_report

WALK = ("analyze", "--demo", "--explain", "--filter=Pod", "-n=default", "-c")
ANSWER = {
    "summary": "The image httddd does not exist; httpd was meant.",
    "steps": ["Set the image to httpd."],
    "commands": ["kubectl -n default set image deployment/demo3 httddd=httpd"],
    "citations": ["e1"],
}


def kubedx(*args: str, home: Path, program: str = "kubedx", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a user would, with a home of its own and no cluster configured."""
    known = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_FILE") if name in os.environ}
    known |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_CACHE_HOME": str(home / "cache"), "COLUMNS": "100"}
    command = [str(Path(sys.executable).parent / program), *args]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, env=known | environment, stdin=subprocess.DEVNULL
    )


class _ChatServer(ThreadingHTTPServer):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Chat)
        self.asked: list[dict[str, Any]] = []


class _Chat(BaseHTTPRequestHandler):
    """Speaks OpenAI's chat completions."""

    server: _ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        message = {"role": "assistant", "content": json.dumps(ANSWER)}
        answer = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }
        text = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@contextmanager
def chat_server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    server = _ChatServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", server.asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def configure(home: Path, backend: str, url: str) -> None:
    path = home / "config/k8sgpt/k8sgpt.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(f"ai:\n  defaultprovider: {backend}\n  providers:\n    - name: {backend}\n      model: tiny\n      baseurl: {url}\n")


def test_it_names_the_deployment_the_image_the_meant_one_and_what_to_do(tmp_path: Path) -> None:
    done = kubedx(*WALK, home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "default/demo3" in done.stdout
    assert 'cannot pull image "httddd"' in done.stdout
    assert '"httpd"' in done.stdout
    assert "kubectl -n default set image deployment/demo3 httddd=httpd" in done.stdout
    assert "boutique" not in done.stdout.split("demo3", 1)[1].split("Read ", 1)[0]


def test_in_chinese(tmp_path: Path) -> None:
    done = kubedx(*WALK, "--language=chinese", home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "镜像" in done.stdout
    assert "httpd" in done.stdout


@pytest.mark.parametrize("backend", ["localai", "ollama"])
def test_with_a_local_model(tmp_path: Path, backend: str) -> None:
    with chat_server() as (url, asked):
        configure(tmp_path, backend, url.removesuffix("/v1") if backend == "ollama" else url)
        done = kubedx(*WALK, home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert str(ANSWER["summary"]) in done.stdout
    assert len(asked) == 1
    assert asked[0]["model"] == "tiny"
    assert "httddd" in json.dumps(asked[0]["messages"])


def test_prompt_only_prints_template_and_prompt_and_calls_nothing(tmp_path: Path) -> None:
    with chat_server() as (url, asked):
        configure(tmp_path, "localai", url)
        done = kubedx(*WALK, "--prompt-only", "--no-anonymize", home=tmp_path)

    assert done.returncode == 0, done.stderr
    assert asked == []
    assert "Error:" in done.stdout
    assert "Solution:" in done.stdout
    assert "httddd" in done.stdout
    assert "emplate" in done.stdout


def test_a_backend_that_does_not_answer_leaves_findings_and_playbook_with_one_warning(tmp_path: Path) -> None:
    configure(tmp_path, "localai", "http://127.0.0.1:9/v1")
    done = kubedx("analyze", "--demo", "--explain", "-c", home=tmp_path)

    assert done.returncode == 0
    assert "kubectl -n default set image deployment/demo3 httddd=httpd" in done.stdout
    assert (done.stdout + done.stderr).count("127.0.0.1:9") == 1


def test_json_keeps_the_shape_of_k8sgpt_and_fits_its_schema(tmp_path: Path) -> None:
    done = kubedx(*WALK, "-o", "json", home=tmp_path)
    document = json.loads(done.stdout)

    schema = Path(json_report.__file__).with_name("diagnosis.schema.json")
    jsonschema.validate(document, json.loads(schema.read_text()))
    assert document["status"] == "ProblemDetected"
    result = document["results"][0]
    assert (result["kind"], result["parentObject"]) == ("Pod", "Deployment/demo3")
    assert result["details"].startswith("Error: ")
    assert "\nSolution: " in result["details"]


def test_the_demo_has_one_incident_a_fault_and_the_same_bytes_every_time(tmp_path: Path) -> None:
    first, second = (kubedx("analyze", "--demo", "-o", "json", home=tmp_path) for _ in range(2))
    incidents = json.loads(first.stdout)["incidents"]

    assert first.stdout == second.stdout
    assert {incident["rootCause"]["subject"]["name"] for incident in incidents} == {"demo3", "basket", "mailer", "orders-db", "recommender"}
    assert len(incidents) == 5
    assert incidents[0]["severity"] == "critical"
    assert incidents[0]["rootCause"]["cause"]["name"] == "basket-database"


def test_k8sgpt_is_an_entry_point(tmp_path: Path) -> None:
    done = kubedx(*WALK, home=tmp_path, program="k8sgpt")

    assert done.returncode == 0, done.stderr
    assert "AI Provider:" in done.stdout
    assert "0: Pod default/demo3-" in done.stdout
