"""`kubedx.diagnose` with a model: over a real wire, from programs that have an event loop and from those that have none."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import kubedx
from explain.chat_server import ChatServer, chat_server, completion, failure
from kubedx.testing import MemorySource, source_from_yaml

SERVICE = """
kind: Service
apiVersion: v1
metadata: {name: till-of-acme, namespace: shop}
spec: {selector: {app: til}, ports: [{port: 80}]}
"""
SAID = {"summary": "The selector is misspelt.", "steps": ["Correct it."], "commands": [], "citations": ["e1"]}


@pytest.fixture
def model() -> Iterator[ChatServer]:
    with chat_server() as running:
        running.replies(completion(json.dumps(SAID)))
        yield running


@pytest.fixture
def config(model: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config file with the model, and nothing else that a run could find."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump({"ai": {"providers": [{"name": "localai", "model": "small", "baseurl": model.url}]}}))
    return path


@pytest.fixture
def market() -> MemorySource:
    return source_from_yaml(SERVICE)


def test_a_model_explains_before_the_playbook_and_nothing_is_kept(market: MemorySource, model: ChatServer, config: Path) -> None:
    for _ in range(2):
        diagnosis = kubedx.diagnose(market, backend="localai", config=config)
        (incident,) = diagnosis.incidents
        assert [one.source for one in incident.explanations] == ["localai/small", "playbook"]
        assert incident.explanations[0].summary == "The selector is misspelt."
        assert (diagnosis.provider, diagnosis.errors) == ("localai", ())
    assert len(model.requests) == 2
    assert not (config.parent / "home").exists()


def test_no_model_is_asked_unless_it_is_named(market: MemorySource, model: ChatServer, config: Path) -> None:
    (incident,) = kubedx.diagnose(market, config=config).incidents
    assert [one.source for one in incident.explanations] == ["playbook"]
    assert model.requests == []


def test_a_model_that_fails_leaves_the_playbook_and_one_sentence(market: MemorySource, model: ChatServer, config: Path) -> None:
    model.replies(failure(401, "no such key"))
    diagnosis = kubedx.diagnose(market, backend="localai", config=config)
    assert [one.source for one in diagnosis.incidents[0].explanations] == ["playbook"]
    assert len(diagnosis.errors) == 1
    assert "localai" in diagnosis.errors[0]


def test_a_model_may_be_asked_where_an_event_loop_runs(market: MemorySource, config: Path) -> None:
    async def inside() -> kubedx.Diagnosis:
        return kubedx.diagnose(market, backend="localai", config=config)

    assert asyncio.run(inside()).provider == "localai"
