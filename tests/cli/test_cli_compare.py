"""`kubedx compare`: what several models say of the same incidents, with what each took."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from explain.chat_server import ChatServer, Request, chat_server, completion, failure

Run = Callable[..., Any]


def said(summary: str) -> str:
    return json.dumps({"summary": summary, "steps": ["Look."], "commands": ["kubectl get pods -A"], "citations": ["e1", "e999"]})


@pytest.fixture
def models(tmp_path: Path) -> Iterator[ChatServer]:
    """A server with two models, each of another opinion, that every run finds in its config file."""
    with chat_server() as running:
        running.answer = lambda request: completion(said(f"So says {request.body['model']}."))
        backends = [
            {"name": "localai", "model": "small", "baseurl": running.url},
            {"name": "openai", "model": "large", "baseurl": running.url},
        ]
        (tmp_path / "k8sgpt").mkdir()
        (tmp_path / "k8sgpt" / "k8sgpt.yaml").write_text(yaml.safe_dump({"ai": {"providers": backends}}))
        yield running


@pytest.mark.parametrize(
    ("backend", "named"),
    [
        ("", "and none is named"),
        ("localai", "not localai alone"),
        ("localai,localai", "not localai alone"),
        ("playbook,openai", "not openai alone"),
    ],
)
def test_fewer_than_two_backends_are_no_comparison(run: Run, models: ChatServer, backend: str, named: str) -> None:
    done = run("compare", "--demo", "--backend", backend)
    assert done.returncode == 2
    assert done.stderr == f"kubedx: compare needs two different backends or more, {named}; give them as in --backend ollama,openai\n"
    assert models.requests == []


def test_both_are_asked_of_every_incident_and_told_with_what_they_took(run: Run, models: ChatServer) -> None:
    done = run("compare", "--demo", "-b", "localai,openai", "-o", "json")
    for incident in json.loads(done.stdout)["incidents"]:
        first, second, playbook = incident["explanations"]
        assert (first["source"], first["summary"]) == ("localai/small", "So says small.")
        assert (second["source"], second["summary"]) == ("openai/large", "So says large.")
        assert playbook["source"] == "playbook"
        assert (second["citations"], second["dropped"]) == (["e1"], 1)
        assert second["usage"]["answerTokens"] == 1
        assert second["usage"]["seconds"] >= 0


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_every_report_holds_both(run: Run, models: ChatServer, tmp_path: Path, form: str) -> None:
    run("compare", "--demo", "-b", "localai,openai", "-o", f"{form}={tmp_path / 'report'}", "-o", "json")
    report = (tmp_path / "report").read_text()
    assert report.count("So says small.") == report.count("So says large.") >= 5
    assert "2 tokens" in report


def test_one_that_fails_leaves_the_other_and_a_warning(run: Run, models: ChatServer) -> None:
    def answer(request: Request) -> Any:
        return failure(401, "no such key") if request.body["model"] == "large" else completion(said("So says small."))

    models.answer = answer
    done = run("compare", "--demo", "-b", "localai,openai")
    assert done.returncode == 0
    assert done.stdout.count("So says small.") == 5
    assert done.stderr.count("warning: ") == 1
    assert "openai (large" in done.stderr
