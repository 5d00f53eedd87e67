"""`--explain` with a model on loopback: findings come first, the second run asks nobody, and what breaks is one warning."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from explain.chat_server import ChatServer, Reply, chat_server, completion

Run = Callable[..., Any]
GOOD = json.dumps(
    {"summary": "The secret is missing.", "steps": ["Create it."], "commands": ["kubectl get secrets -A"], "citations": ["e1"]}
)


@pytest.fixture
def model(tmp_path: Path) -> Iterator[ChatServer]:
    """A server that every run finds in its config file."""
    with chat_server() as running:
        running.replies(completion(GOOD))
        provider = {"name": "localai", "model": "m", "baseurl": running.url}
        other = {"name": "openai", "model": "gpt-x", "baseurl": running.url}
        (tmp_path / "k8sgpt").mkdir()
        (tmp_path / "k8sgpt" / "k8sgpt.yaml").write_text(
            yaml.safe_dump({"ai": {"defaultprovider": "localai", "providers": [provider, other]}})
        )
        yield running


def cluster(template: str, suffix: str, hour: int, restarts: int) -> str:
    """A Deployment whose pods miss a Secret, as it is at some hour."""
    labels = {"app": "cart"}
    spec = {
        "containers": [
            {"name": "api", "image": "cart:1", "env": [{"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn"}}}]}
        ]
    }
    when = f"2026-01-02T{hour:02}:00:00Z"

    def meta(name: str, owner: tuple[str, str] | None = None, **more: Any) -> dict[str, Any]:
        references = [{"apiVersion": "apps/v1", "kind": owner[0], "name": owner[1], "uid": owner[1], "controller": True}] if owner else []
        return {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "creationTimestamp": when,
            "labels": labels,
            "ownerReferences": references,
            **more,
        }

    replica_set, pods = f"cart-{template}", [f"cart-{template}-{suffix}", f"cart-{template}-{suffix[::-1]}"]
    waiting = {"reason": "CreateContainerConfigError", "message": 'secret "db" not found'}
    status = {
        "phase": "Pending",
        "containerStatuses": [
            {"name": "api", "ready": False, "restartCount": restarts, "image": "cart:1", "imageID": "", "state": {"waiting": waiting}}
        ],
    }
    items: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "uid": "shop"}},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta("cart"),
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
            "status": {"replicas": 2, "unavailableReplicas": 2},
        },
        {
            "apiVersion": "apps/v1",
            "kind": "ReplicaSet",
            "metadata": meta(replica_set, ("Deployment", "cart")),
            "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": {"metadata": {"labels": labels}, "spec": spec}},
            "status": {"replicas": 2},
        },
        *(
            {"apiVersion": "v1", "kind": "Pod", "metadata": meta(pod, ("ReplicaSet", replica_set)), "spec": spec, "status": status}
            for pod in pods
        ),
    ]
    events = [
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{pod}.{hour}", "namespace": "shop", "uid": f"{pod}.{hour}"},
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": pod, "uid": pod},
            "type": "Warning",
            "reason": "Failed",
            "message": 'Error: secret "db" not found',
            "count": restarts * 3,
            "firstTimestamp": when,
            "lastTimestamp": when,
        }
        for pod in pods
    ]
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": [*items, *events]})


def dump(folder: Path, name: str, *words: Any) -> str:
    (folder / name).write_text(cluster(*words))
    return str(folder / name)


def test_the_second_run_with_other_pods_and_times_asks_nobody(run: Run, model: ChatServer, tmp_path: Path) -> None:
    today, tomorrow = (
        dump(tmp_path, "today.json", "6d5f7c9b8d", "x2x4z", 3, 2),
        dump(tmp_path, "tomorrow.json", "74b9f6fd5c", "9tq8w", 17, 40),
    )
    first = run("analyze", "--from", today, "--explain")
    asked = len(model.requests)
    assert asked >= 1, first.stderr
    second = run("analyze", "--from", tomorrow, "--explain")
    assert len(model.requests) == asked
    assert f"{asked} cached, 0 calls, 0 tokens" in second.stderr
    assert "The secret is missing." in second.stdout
    run("analyze", "--from", tomorrow, "--explain", "--no-cache")
    assert len(model.requests) == 2 * asked


def test_without_a_cache_nothing_is_kept(run: Run, model: ChatServer, tmp_path: Path) -> None:
    path = dump(tmp_path, "today.json", "6d5f7c9b8d", "x2x4z", 3, 2)
    run("analyze", "--from", path, "--explain", "--no-cache")
    asked = len(model.requests)
    run("analyze", "--from", path, "--explain")
    assert len(model.requests) == 2 * asked > 0


def test_findings_are_printed_before_the_first_answer(run: Run, model: ChatServer) -> None:
    told = run("analyze", "--demo", "--explain", "--max-calls", "2")
    assert told.returncode == 0
    found, _, answered = told.stdout.partition("The secret is missing.")
    assert "5. error: " in found
    assert answered
    assert len(model.requests) == 2
    assert "2 calls are all that this run may use" in told.stderr


def test_a_model_that_dies_in_the_middle_leaves_every_finding_and_one_warning(run: Run, model: ChatServer) -> None:
    model.replies(completion(GOOD), Reply(200, b"{", cut=True))
    told = run("analyze", "--demo", "--explain", "-o", "json", "--max-calls", "4")
    assert told.returncode == 0
    document = json.loads(told.stdout)
    assert len(document["incidents"]) == 5
    assert all(incident["explanations"][-1]["source"] == "playbook" for incident in document["incidents"])
    assert len(document["errors"]) == 1


def test_json_holds_what_several_backends_said(run: Run, model: ChatServer) -> None:
    document = json.loads(run("analyze", "--demo", "--explain", "--backend", "localai,openai", "-o", "json").stdout)
    for incident in document["incidents"]:
        *models, _playbook = incident["explanations"]
        assert {one["source"] for one in models} <= {"localai/m", "openai/gpt-x", "playbook"}
        assert all(set(one["usage"]) == {"seconds", "promptTokens", "answerTokens", "cost", "cached"} for one in models)
    assert len(model.requests) == 10


def test_cache_commands(run: Run, model: ChatServer, tmp_path: Path) -> None:
    assert run("cache", "get").stdout == "file"
    (tmp_path / "k8sgpt" / ("a" * 64)).write_text("b2xk")  # one of k8sgpt's own
    assert "a" * 64 in run("cache", "list").stdout
    assert run("cache", "purge", "../k8sgpt/k8sgpt.yaml").returncode == 1
    assert (tmp_path / "k8sgpt" / "k8sgpt.yaml").exists()
    assert "1 entry deleted" in run("cache", "purge", "a" * 64).stdout
    assert run("cache", "add", "redis").returncode == 2
    assert "cache add azure needs --storageacc and --container" in run("cache", "add", "azure").stderr
    refused = run("cache", "add", "interplex", "--endpoint", "127.0.0.1:9")
    assert refused.returncode == 1
    assert run("cache", "get").stdout == "file"
    assert "answers are kept in files" in run("cache", "remove").stdout
