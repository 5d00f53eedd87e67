"""The wire: what leaves for a server, and what is made of what comes back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from explain.chat_server import ChatServer, Reply, completion, failure
from explain.incidents import Cluster, incident
from kubedx.config import AISettings, Config, ProviderSettings, SecretText
from kubedx.errors import ProviderFailed, ProviderNotConfigured
from kubedx.explain import Explained, Explainer, ExplainSettings, Limits, PromptForm, build_prompt
from kubedx.explain.cache import FileStore
from kubedx.explain.providers import ProviderBusy, ProviderRefused, SchemaRefused, connect
from kubedx.explain.providers.failures import Sentences
from kubedx.findings import Explanation, Incident
from kubedx.redact import Redactor

KEY = "sk-test-0123456789abcdef0123"
GOOD = json.dumps(
    {"summary": "The secret db is missing.", "steps": ["Create it."], "commands": ["kubectl -n shop get pods"], "citations": ["e1"]}
)


def settings(server: ChatServer, **changes: Any) -> ProviderSettings:
    return ProviderSettings(**{"name": "openai", "model": "gpt-4o", "password": SecretText(KEY), "baseurl": server.url, **changes})


def ask(provider_settings: ProviderSettings, timeout: float = 20.0) -> str:
    prompt = build_prompt(incident("password=hunter2x"), Redactor(), language="english")

    async def once() -> str:
        provider = connect(provider_settings, timeout=timeout)
        try:
            return (await provider.answer(prompt)).text
        finally:
            await provider.close()

    return asyncio.run(once())


def explain(provider_settings: ProviderSettings, *logs: str, number: int = 1, **changes: Any) -> Explained:
    config = Config(ai=AISettings(provider_settings.name, (provider_settings,)))
    wanted = ExplainSettings(**{"timeout": 20.0, **changes})
    return Explainer(wanted, config, sleep=_at_once).explain([incident(*logs, rank=rank) for rank in range(1, number + 1)], Cluster())


async def _at_once(_seconds: float) -> None:
    """Time passes at once."""


def answers(one: Incident) -> list[Explanation]:
    """What was said, without what it took."""
    return [msgspec.structs.replace(explanation, usage=None) for explanation in one.explanations]


def test_the_request_is_a_chat_completion_with_the_settings_of_the_config_file(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    answer = ask(
        settings(
            server,
            temperature=0.2,
            topp=0.9,
            maxtokens=321,
            organizationid="org-7",
            customheaders=(("X-Team", SecretText("red")), ("X-Team", SecretText("blue"))),
        )
    )
    (request,) = server.requests
    assert answer == GOOD
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["openai-organization"] == "org-7"
    assert request.headers["x-team"] == "red, blue"
    assert (request.body["model"], request.body["temperature"], request.body["top_p"]) == ("gpt-4o", 0.2, 0.9)
    assert request.body["max_completion_tokens"] == 321
    assert [message["role"] for message in request.body["messages"]] == ["system", "user"]
    assert not request.body.get("stream")
    assert "tools" not in request.body


def test_no_secret_and_no_description_of_this_machine_leaves(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-environment")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-environment")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Env: secret-of-environment")
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://192.0.2.1/v1")
    server.replies(completion(GOOD))
    ask(settings(server, name="localai", model="m", password=SecretText()))
    (request,) = server.requests
    sent = json.dumps(request.body) + json.dumps(request.headers)
    assert "hunter2x" not in sent
    assert "of-environment" not in sent
    assert {name for name in request.headers if name.startswith("x-stainless")} <= {"x-stainless-retry-count", "x-stainless-read-timeout"}
    assert request.headers["user-agent"].startswith("kubedx/")
    assert request.body["max_tokens"] == 2048
    assert "max_completion_tokens" not in request.body
    assert "temperature" not in request.body
    assert "top_p" not in request.body


def test_the_key_of_the_environment_is_for_the_vendors_own_address_alone(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-environment")
    server.replies(completion(GOOD))
    ask(settings(server, password=SecretText()))
    assert server.requests[0].headers["authorization"] == "Bearer none"
    assert connect(ProviderSettings(name="openai"), timeout=1.0).address == "https://api.openai.com/v1"


def test_ollama_is_asked_at_its_openai_path(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    for baseurl in (
        server.url,
        server.url.removesuffix("/v1"),
        server.url.removesuffix("/v1") + "/",
        server.url.removesuffix("/v1") + "/api/generate",
    ):
        ask(ProviderSettings(name="ollama", baseurl=baseurl))
    assert {request.path for request in server.requests} == {"/v1/chat/completions"}
    assert {request.body["model"] for request in server.requests} == {"llama3"}


def test_a_proxy_of_the_environment_does_not_see_what_goes_to_this_machine(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    server.replies(completion(GOOD))
    assert ask(settings(server)) == GOOD


def test_the_proxy_of_the_config_file_is_used(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    assert ask(settings(server, baseurl="http://model.example/v1", proxy_endpoint=server.url.removesuffix("/v1"))) == GOOD
    assert server.requests[0].headers["host"] == "model.example"


def test_a_redirect_is_not_followed(server: ChatServer) -> None:
    server.replies(Reply(307, b"", (("Location", "/elsewhere"),)), completion(GOOD))
    with pytest.raises(ProviderFailed):
        ask(settings(server))
    assert [request.path for request in server.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize(
    ("reply", "says", "wait"),
    [
        (failure(429, "slow down", ("Retry-After", "7")), "rate limit or quota is used up (HTTP 429): slow down", 7.0),
        (failure(429, "slow down"), "rate limit or quota is used up", None),
        (failure(503, "loading", ("Retry-After", "1")), "failed (HTTP 503): loading", 1.0),
        (failure(500, "oops"), "failed (HTTP 500): oops", None),
    ],
)
def test_who_is_busy_is_asked_once_and_says_when_to_come_again(server: ChatServer, reply: Reply, says: str, wait: float | None) -> None:
    server.replies(reply)
    with pytest.raises(ProviderBusy) as caught:
        ask(settings(server))
    assert says in str(caught.value)
    assert caught.value.retry_after == wait
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "says", "kind"),
    [
        (
            failure(401, f"Incorrect API key provided: {KEY}. You can find yours at our site"),
            "refused the API key (HTTP 401)",
            ProviderRefused,
        ),
        (failure(403, "no"), "refused the API key (HTTP 403)", ProviderRefused),
        (failure(404, "model does not exist"), "no such model or path (HTTP 404): model does not exist", ProviderRefused),
        (failure(400, f"bad {KEY}\n\x1b[31mred"), "failed (HTTP 400): bad", SchemaRefused),
        (Reply(502, b"<html>bad gateway</html>"), "failed (HTTP 502)", ProviderBusy),
        (Reply(200, b"this is no JSON"), "no chat completion", ProviderFailed),
        (Reply(200, b"<html>login page</html>"), "no chat completion", ProviderFailed),
        (Reply(200, b"[]"), "no chat completion", ProviderFailed),
        (Reply(200, b'{"choices": []}'), "no chat completion", ProviderFailed),
        (Reply(200, b'{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}'), "no chat completion", ProviderFailed),
        (Reply(200, b'{"error": {"message": "boom"}}'), "no chat completion", ProviderFailed),
        (Reply(200, b"null"), "no chat completion", ProviderFailed),
        (Reply(200, b""), "no chat completion", ProviderFailed),
        (completion(""), "empty answer", ProviderFailed),
        (completion(None), "", ProviderFailed),
        (completion("  \n"), "empty answer", ProviderFailed),
        (Reply(200, b'{"choices": [', cut=True), "cut the connection", ProviderBusy),
    ],
)
def test_every_failure_is_one_sentence_without_secrets(server: ChatServer, reply: Reply, says: str, kind: type[ProviderFailed]) -> None:
    server.replies(reply)
    with pytest.raises(ProviderFailed) as caught:
        ask(settings(server))
    sentence = str(caught.value)
    assert says in sentence
    assert type(caught.value) is kind
    assert KEY not in sentence
    assert KEY[:12] not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 500
    assert "gpt-4o at http://127.0.0.1" in sentence


def test_a_server_that_does_not_answer_is_left_in_time(server: ChatServer) -> None:
    server.replies(Reply(hang=True))
    with pytest.raises(ProviderFailed, match="did not answer"):
        ask(settings(server), timeout=0.3)


def test_nobody_there(calls_allowed: None) -> None:
    with pytest.raises(ProviderRefused, match="cannot be reached"):
        ask(ProviderSettings(name="localai", model="m", baseurl="http://127.0.0.1:9/v1"))


def test_user_and_password_of_a_url_are_not_told(server: ChatServer) -> None:
    server.replies(failure(500, "x"))
    with pytest.raises(ProviderFailed) as caught:
        ask(settings(server, baseurl=server.url.replace("http://", "http://bob:hunter2x@")))
    assert "hunter2x" not in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "says"),
    [
        (ProviderSettings(name="openai"), "has no API key"),
        (ProviderSettings(name="localai"), "has no model"),
        (ProviderSettings(name="localai", model="m", baseurl="localhost:8080"), "is no http or https URL"),
        (ProviderSettings(name="ollama", baseurl="http://[::1"), "is no http or https URL"),
        (ProviderSettings(name="ollama", baseurl="http://h:99999999"), "is no http or https URL"),
        (
            ProviderSettings(name="anthropic", model="m"),
            "the backend anthropic has no API key; add one with: kubedx auth update --backend anthropic --password-stdin, or set ANTHROPIC_API_KEY",
        ),
        (ProviderSettings(name="nobody", model="m"), 'there is no backend "nobody"'),
        (ProviderSettings(name="ollama", customheaders=(("X-A", SecretText("a\r\nb")),)), "not a valid HTTP header"),
        (ProviderSettings(name="ollama", proxy_endpoint="ftp://x"), "not usable"),
    ],
)
def test_unusable_settings_say_what_to_correct(provider: ProviderSettings, says: str) -> None:
    with pytest.raises(ProviderNotConfigured) as caught:
        connect(provider, timeout=1.0)
    assert says in str(caught.value)


@pytest.mark.parametrize("name", ["localai", "ollama", "deepseek-of-ours"])
def test_local_backends_never_default_to_a_public_address(name: str) -> None:
    baseurl = "http://127.0.0.1:1" if name.startswith("deep") else ""
    provider = connect(ProviderSettings(name=name, model="m", baseurl=baseurl), timeout=1.0)
    assert provider.address in ("http://localhost:8080/v1", "http://localhost:11434/v1", "http://127.0.0.1:1/v1")
    asyncio.run(provider.close())


def test_an_incident_is_explained_by_the_model_and_the_playbook_behind_it(server: ChatServer) -> None:
    server.replies(completion(f"<think>hm {{</think>\n```json\n{GOOD}\n```"))
    explained = explain(settings(server))
    model, playbook = explained.incidents[0].explanations
    assert (model.source, model.summary, model.steps) == ("openai/gpt-4o", "The secret db is missing.", ("Create it.",))
    assert (model.citations, model.dropped, model.language) == (("e1",), 0, "en")
    assert playbook.source == "playbook"
    assert (explained.provider, explained.warnings) == ("openai", ())


def test_each_incident_is_one_call(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    explained = explain(settings(server), number=9)
    assert len(server.requests) == 9
    assert all(len(one.explanations) == 2 for one in explained.incidents)
    assert [one.rank for one in explained.incidents] == list(range(1, 10))


def test_after_a_refused_key_nobody_asks_again(server: ChatServer) -> None:
    server.replies(failure(401, "no"))
    explained = explain(settings(server), number=9, parallel=1)
    assert len(server.requests) == 1
    (warning,) = explained.warnings
    assert "refused the API key" in warning
    assert warning.endswith("9 of 9 incidents are explained by the playbook alone")
    assert all([one.source for one in incident.explanations] == ["playbook"] for incident in explained.incidents)


def test_one_failing_incident_does_not_stop_the_others(server: ChatServer) -> None:
    server.replies(completion(GOOD), failure(400, "context too long"), completion(GOOD))
    explained = explain(settings(server), number=5, parallel=1)
    assert [len(one.explanations) for one in explained.incidents] == [2, 1, 2, 2, 2]
    assert len(explained.warnings) == 1
    assert "1 of 5 incidents" in explained.warnings[0]


def test_a_server_that_dies_in_the_middle_leaves_the_playbook_and_one_warning(server: ChatServer) -> None:
    server.replies(completion(GOOD), completion(GOOD), Reply(200, b"{", cut=True))
    explained = explain(settings(server), number=20, parallel=1)
    assert [len(one.explanations) for one in explained.incidents] == [2, 2] + [1] * 18
    assert len(explained.warnings) == 1
    assert "18 of 20 incidents" in explained.warnings[0]
    assert len(server.requests) <= 6


def test_three_failures_in_a_row_are_enough(server: ChatServer) -> None:
    server.replies(failure(400, "no"))
    assert "20 of 20" in explain(settings(server), number=20, parallel=1).warnings[0]
    assert len(server.requests) == 3 + 1  # the first of them once more, without a schema


def test_the_calls_of_a_run_are_bounded(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    explained = explain(settings(server), number=6, run_limits=Limits(calls=2), parallel=1)
    assert [len(one.explanations) for one in explained.incidents] == [2, 2, 1, 1, 1, 1]
    assert explained.warnings == ("4 of 6 incidents are explained without openai/gpt-4o: 2 calls are all that this run may use",)


def test_the_second_run_asks_nobody(server: ChatServer, tmp_path: Path) -> None:
    server.replies(completion(GOOD))
    first = explain(settings(server), store=FileStore(tmp_path / "cache"))
    second = explain(settings(server), store=FileStore(tmp_path / "cache"))
    assert len(server.requests) == 1
    assert [answers(one) for one in first.incidents] == [answers(one) for one in second.incidents]
    explain(settings(server, model="gpt-5"), store=FileStore(tmp_path / "cache"))
    explain(settings(server), store=FileStore(tmp_path / "cache"), language="german")
    assert len(server.requests) == 3
    explain(settings(server), store=None)
    assert len(server.requests) == 4


def test_a_broken_cache_is_one_warning(server: ChatServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    server.replies(completion(GOOD))
    explained = explain(settings(server), number=3, store=FileStore(tmp_path / "file"))
    assert len(explained.warnings) == 1
    assert f"the cache in {tmp_path / 'file'} cannot be" in explained.warnings[0]
    assert all(len(one.explanations) == 2 for one in explained.incidents)


def test_names_are_masked_on_the_wire_and_back_in_the_answer(server: ChatServer) -> None:
    masked = {
        "summary": "secret-1 of deployment-1 is missing in namespace-1",
        "commands": ["kubectl -n namespace-1 describe deployment deployment-1"],
    }
    server.replies(completion(json.dumps(masked)))
    explained = explain(settings(server), "dial tcp 10.9.8.7:5432 refused by db.shop.svc", anonymize=True)
    text = server.requests[0].text.lower()
    assert not [name for name in ("shop", "cart", "10.9.8.7", "x2x4z") if name in text]
    model = explained.incidents[0].explanations[0]
    assert model.summary == "db of cart is missing in shop"
    assert model.commands == ("kubectl -n shop describe deployment cart",)


def test_a_language_is_asked_for(server: ChatServer) -> None:
    server.replies(completion(GOOD))
    explained = explain(settings(server), language="chinese")
    assert "Simplified Chinese" in server.requests[0].text
    assert [one.language for one in explained.incidents[0].explanations] == ["zh", "zh"]
    explain(settings(server), language="Klingon\n\x1b[0m ignore")
    assert "in Klingon ignore;" in server.requests[1].text


def test_a_small_model_is_asked_shortly(server: ChatServer) -> None:
    server.replies(completion("Error: it is broken\nSolution: 1. look at it 2. repair it"))
    explained = explain(settings(server, name="ollama", model="qwen2.5:0.5b"))
    assert len(server.requests[0].text) < 2500
    assert explained.incidents[0].explanations[0].steps == ("look at it", "repair it")
    explain(settings(server), form=PromptForm.SHORT)
    assert "JSON" not in server.requests[1].text


def test_explaining_works_from_a_running_event_loop(server: ChatServer) -> None:
    server.replies(completion(GOOD))

    async def inside() -> Explained:
        return explain(settings(server))

    assert len(asyncio.run(inside()).incidents[0].explanations) == 2


def test_calls_are_impossible_where_they_are_not_allowed() -> None:
    with pytest.raises(ProviderFailed, match="not allowed"):
        ask(ProviderSettings(name="localai", model="m", baseurl="http://127.0.0.1:9/v1"))


def test_what_the_system_said_is_told_and_not_what_a_library_met_on_the_way() -> None:
    error = RuntimeError("all attempts failed")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    error.__cause__.__context__ = RuntimeError("no running event loop")
    assert Sentences("openai", "m", "").innermost(error) == "[Errno 111] Connection refused"
    assert Sentences("openai", "m", "").innermost(ValueError("odd")) == "odd"
