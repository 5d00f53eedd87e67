import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from explain.incidents import Cluster, incident
from kubedx.config import AISettings, Config, ProviderSettings, SecretText, load_config
from kubedx.errors import ProviderFailed, ProviderMissing, ProviderNotConfigured
from kubedx.explain import KNOWN_BACKENDS, Explainer, ExplainSettings, ProviderRefused, choose_backend
from kubedx.explain.cache import FileStore
from kubedx.explain.providers import connect
from kubedx.testing.fake_provider import FakeProvider

OPENAI, LOCALAI, OLLAMA = (ProviderSettings(name=name, model="m") for name in ("openai", "localai", "ollama"))
GOOD = '{"summary": "x", "citations": ["e1"]}'


def config(*providers: ProviderSettings, default: str = "") -> Config:
    return Config(path="/home/me/k8sgpt.yaml", ai=AISettings(default, providers))


@pytest.mark.parametrize(
    ("settings", "flag", "chosen"),
    [
        (config(), "", None),
        (config(default="openai"), "", None),
        (config(OPENAI, LOCALAI), "", OPENAI),
        (config(LOCALAI, OPENAI), "", LOCALAI),
        (config(ProviderSettings(name="my-gateway"), OLLAMA), "", OLLAMA),
        (config(OPENAI, LOCALAI, default="localai"), "", LOCALAI),
        (config(OPENAI, LOCALAI, default="localai"), "openai", OPENAI),
        (config(OPENAI, default="openai"), "playbook", None),
    ],
)
def test_the_flag_then_the_default_then_the_first(settings: Config, flag: str, chosen: ProviderSettings | None) -> None:
    assert choose_backend(settings, flag) == chosen


def test_a_server_of_ones_own_that_is_not_configured_says_exactly_what_to_write(tmp_path: Path) -> None:
    name = "my-gateway"
    with pytest.raises(ProviderNotConfigured) as caught:
        choose_backend(config(), name)
    sentence = str(caught.value)
    assert f"the backend {name} is not configured; add it to /home/me/k8sgpt.yaml: " in sentence
    snippet = sentence.split("k8sgpt.yaml: ")[1]
    (tmp_path / "k8sgpt.yaml").write_text(snippet)
    assert yaml.safe_load(snippet)
    written = load_config(tmp_path / "k8sgpt.yaml", {})
    chosen = choose_backend(written, name)
    assert chosen
    assert chosen.name == name
    assert chosen.model


@pytest.mark.parametrize("name", KNOWN_BACKENDS)
def test_a_backend_that_is_not_configured_says_how_to_add_it(name: str) -> None:
    with pytest.raises(
        ProviderNotConfigured, match=f"the backend {name} is not configured; add it with: kubedx auth add --backend {name}$"
    ):
        choose_backend(config(), name)


def test_a_default_that_is_no_backend_is_named() -> None:
    with pytest.raises(ProviderNotConfigured, match="the backend nowhere is not configured"):
        choose_backend(config(OPENAI, default="nowhere"))


def test_headers_of_the_command_line_count_where_the_file_has_none() -> None:
    own = ProviderSettings(name="openai", customheaders=(("X-A", SecretText("file")),))
    chosen = choose_backend(config(own), "", (("X-B", "flag"),))
    assert chosen
    assert [name for name, _ in chosen.customheaders] == ["X-A"]
    chosen = choose_backend(config(OPENAI), "", (("X-B", "flag"),))
    assert chosen
    assert [(name, value.reveal()) for name, value in chosen.customheaders] == [("X-B", "flag")]


def test_without_a_backend_the_playbook_explains_alone_and_nothing_is_wrong() -> None:
    explained = Explainer(ExplainSettings(), config()).explain([incident()], Cluster())
    assert [one.source for one in explained.incidents[0].explanations] == ["playbook"]
    assert (explained.warnings, explained.provider) == ((), "")


def test_a_backend_that_cannot_be_used_is_a_warning_and_the_playbook_explains() -> None:
    explained = Explainer(ExplainSettings(backend="ollama"), config()).explain([incident(), incident(rank=2)], Cluster())
    (warning,) = explained.warnings
    assert "the backend ollama is not configured" in warning
    assert [[one.source for one in each.explanations] for each in explained.incidents] == [["playbook"], ["playbook"]]


def test_a_fake_provider_explains_and_is_closed() -> None:
    fake = FakeProvider([GOOD, ProviderFailed("the fake broke"), GOOD])
    explained = Explainer(ExplainSettings(parallel=1), config(), fake).explain([incident(rank=rank) for rank in (1, 2, 3)], Cluster())
    assert [len(one.explanations) for one in explained.incidents] == [2, 1, 2]
    assert explained.incidents[0].explanations[0].source == "fake/fake-1"
    assert explained.warnings == ("the fake broke; 1 of 3 incidents are explained by the playbook alone",)
    assert len(fake.prompts) == 3
    assert fake.closed


def test_no_incident_means_no_call() -> None:
    fake = FakeProvider([GOOD])
    assert Explainer(ExplainSettings(), config(), fake).explain([], Cluster()).incidents == ()
    assert fake.prompts == []


def test_where_nothing_of_an_answer_stands_the_playbook_speaks_and_says_so() -> None:
    fake = FakeProvider(['{"steps": ["Run `kubectl -n shop delete pod ghost`"]}'])
    explained = Explainer(ExplainSettings(), config(), fake).explain([incident()], Cluster())
    first, last = explained.incidents[0].explanations
    assert (first.source, last.source) == ("playbook", "playbook")
    assert "fake/fake-1" in first.summary
    assert first.dropped == 1


def test_a_refusal_speaks_louder_than_what_failed_before() -> None:
    fake = FakeProvider([ProviderFailed("slow"), ProviderRefused("the key is wrong")])
    explained = Explainer(ExplainSettings(parallel=1), config(), fake).explain([incident(rank=rank) for rank in (1, 2, 3, 4)], Cluster())
    assert explained.warnings == ("the key is wrong; 4 of 4 incidents are explained by the playbook alone",)


def test_a_missing_package_says_what_to_install() -> None:
    script = (
        "import sys; sys.modules['pydantic_ai'] = None\n"
        "from kubedx.explain.providers import connect\n"
        "from kubedx.config import ProviderSettings\n"
        "try:\n    connect(ProviderSettings(name='ollama', model='m'), timeout=1)\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert told.startswith(ProviderMissing.__name__)
    assert "run: pip install 'kubedx[ollama]'" in told


def test_nothing_heavy_is_imported_before_a_backend_is_used() -> None:
    script = "import sys, kubedx.explain; print(sorted({name.split('.')[0] for name in sys.modules}))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert not re.search(r"'(?:pydantic_ai|openai|httpx2?|pydantic|anyio|jinja2|fsspec)'", told)


def test_a_provider_is_made_without_a_call() -> None:
    provider = connect(OLLAMA, timeout=1.0)
    assert (provider.backend, provider.model, provider.address) == ("ollama", "m", "http://localhost:11434/v1")


def test_a_damaged_or_useless_entry_is_asked_for_again(tmp_path: Path) -> None:
    fake = FakeProvider([GOOD])
    settings = ExplainSettings(store=FileStore(tmp_path))
    Explainer(settings, config(), fake).explain([incident()], Cluster())
    (file,) = tmp_path.iterdir()
    file.write_bytes(base64.b64encode(b"<think>nothing"))
    explained = Explainer(settings, config(), fake).explain([incident()], Cluster())
    assert len(explained.incidents[0].explanations) == 2
    assert len(fake.prompts) == 2
