"""What leaves for a model, through the command itself: masks, `--show-prompt`, `--prompt-only`, prompts of the user's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Run
from explain.chat_server import ChatServer, chat_server, completion
from explain.chat_server import Request as Asked

DUMP = """
apiVersion: v1
kind: Pod
metadata: {name: zqcart-0, namespace: zqshop, creationTimestamp: '2026-03-01T11:50:00Z'}
spec:
  nodeName: zqnode
  containers:
  - name: zqapi
    image: registry.zqcorp.io/zqteam/zqcart:1.0
    env:
    - name: DSN
      valueFrom: {secretKeyRef: {name: zqdb, key: dsn}}
status:
  phase: Pending
  startTime: '2026-03-01T11:50:00Z'
  containerStatuses:
  - name: zqapi
    image: x
    imageID: ''
    ready: false
    restartCount: 0
    state: {waiting: {reason: CreateContainerConfigError, message: 'secret "zqdb" not found'}}
"""
GOOD = json.dumps({"summary": "It broke.", "cause": "", "steps": ["Look."], "commands": ["kubectl get pods"], "citations": ["e1"]})


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.replies(completion(GOOD))
        yield running


@pytest.fixture
def explain(run: Run, server: ChatServer, tmp_path: Path) -> Run:
    (tmp_path / "dump.yaml").write_text(DUMP)
    (tmp_path / "k8sgpt").mkdir()
    (tmp_path / "k8sgpt" / "k8sgpt.yaml").write_text(
        f"ai:\n  defaultprovider: localai\n  providers:\n  - name: localai\n    model: m\n    baseurl: {server.url}\n"
    )
    return lambda *words, **more: run("analyze", "--from", str(tmp_path / "dump.yaml"), *words, **more)


def test_names_are_masked_when_asked_and_put_back_in_the_answer(explain: Run, server: ChatServer) -> None:
    def repeats(asked: Asked) -> object:
        line = next(line for line in asked.text.split("\n") if line.startswith("root cause: "))
        return completion(json.dumps({"summary": line, "cause": "", "steps": ["Look."], "commands": [], "citations": ["e1"]}))

    server.answer = repeats  # type: ignore[assignment]  # a Reply
    done = explain("-e", "-a", "-c", "-o", "json")
    assert done.returncode == 0
    assert [asked for asked in server.requests if "zq" in asked.text] == []
    told = json.loads(done.stdout)["incidents"][0]["explanations"][0]
    assert told["source"] == "localai/m"
    assert "zqdb" in told["summary"]
    assert "name-" not in told["summary"]


def test_a_model_on_this_machine_sees_names_unless_asked_not_to(explain: Run, server: ChatServer) -> None:
    explain("-e", "-c")
    assert "zqshop" in server.requests[0].text


def test_show_prompt_shows_exactly_what_leaves(explain: Run, server: ChatServer) -> None:
    done = explain("--explain", "--anonymize", "--no-cache", "--show-prompt", "--audience=manager", "-l", "chinese", "-o", "json")
    asked = server.requests[0]
    json.loads(done.stdout)
    for message in asked.body["messages"]:
        assert message["content"] in done.stderr
    assert "to a manager" in asked.text
    assert "Simplified Chinese" in asked.text


def test_prompts_for_pasting_are_masked_and_nothing_is_called(explain: Run, server: ChatServer) -> None:
    done = explain("--prompt-only")
    assert "zq" not in done.stdout
    assert "namespace-1" in done.stdout
    assert "zqshop" in explain("--prompt-only", "--no-anonymize").stdout
    assert server.requests == []


def test_a_prompt_of_the_user_s_own_takes_the_place_of_ours(explain: Run, server: ChatServer, tmp_path: Path) -> None:
    config = tmp_path / "k8sgpt" / "k8sgpt.yaml"
    config.write_text(config.read_text() + "  prompts:\n    Pod: 'Answer in %s like a pirate: %s'\n")
    explain("-e", "-c")
    assert "Answer in english like a pirate: <data " in server.requests[0].text
    config.write_text(config.read_text().replace("like a pirate: %s", "like a pirate"))
    done = explain("-e")
    assert done.returncode == 1
    assert "the prompt for pod under ai.prompts needs exactly two slots" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-e", "-a", "--no-anonymize"), "--anonymize and --no-anonymize exclude each other"),
        (("--show-prompt",), "--show-prompt shows what --explain sends"),
    ],
)
def test_flags_that_exclude_each_other_are_told(explain: Run, words: tuple[str, ...], sentence: str) -> None:
    done = explain(*words)
    assert done.returncode == 2
    assert sentence in done.stderr
