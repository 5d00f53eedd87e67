"""What each command of k8sgpt does and prints, and with which exit code, under the name `k8sgpt`."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from cli.conftest import Run
from compat.reference import BACKENDS, CORE_FILTERS, DUMP_KEYS, INTEGRATIONS, MORE_FILTERS

Told = Callable[..., str]
CONFIG = "k8sgpt/k8sgpt.yaml"


@pytest.fixture
def told(run: Run) -> Told:
    """What a command prints when all goes well."""

    def tell(*words: str, **env: str) -> str:
        done = run(*words, name="k8sgpt", env=env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return tell


def test_a_name_alone_and_a_group_alone_show_their_help(told: Told) -> None:
    assert told().startswith("Usage: k8sgpt ")
    assert told("auth").startswith("Usage: k8sgpt auth ")
    assert told("--config", "absent.yaml", "-v") == told()
    assert told("--config=absent.yaml", "auth", "--verbose") == told("auth")
    assert told("integration", "-n", "shop") == told("integration")
    assert told("help", "auth", "add") == told("auth", "add", "--help") == told("auth", "add", "-h")


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("analyze", "--nonsense"),
        ("analyze", "-o", "xml"),
        ("filters", "add"),
        ("filters", "add", "Pod", "Service"),
        ("auth", "remove"),
        ("custom-analyzer", "remove"),
        ("cache", "add"),
        ("cache", "add", "redis"),
        ("cache", "add", "azure", "--storageacc=a"),
        ("cache", "add", "s3", "--bucket=b", "--storageacc=a", "--container=c"),
        ("integration", "activate"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_with_1_and_one_sentence(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, name="k8sgpt")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"k8sgpt: .+\n", done.stderr)


def test_version(told: Told) -> None:
    assert re.fullmatch(r"k8sgpt: \S+ \(\S+\), built at: \S+\n", told("version"))


@pytest.mark.parametrize("words", [("serve",), ("serve", "--mcp", "--mcp-http", "-p", "8080", "--filter=Pod,Service", "-b=openai")])
def test_serve_says_in_one_sentence_that_there_is_no_server(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, name="k8sgpt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("k8sgpt: kubedx has no server, gRPC, REST or MCP: ")
    assert done.stderr.count("\n") == 1


def test_auth_list_has_three_sections_with_every_backend(told: Told) -> None:
    text = told("auth", "list")
    assert text.startswith("Default: \n> openai\nActive: \nUnused: \n")
    assert tuple(re.findall(r"^> (.+)$", text.partition("Unused")[2], re.MULTILINE))[: len(BACKENDS)] == BACKENDS


def test_auth_add_list_default_update_remove(run: Run, told: Told, tmp_path: Path) -> None:
    assert run("auth", "add", "--backend", "openai", "--model", "gpt-4o", "--password", "sk-secret", name="k8sgpt").returncode == 0
    assert run("auth", "add", "-b", "openai", "-p", "sk-secret", name="k8sgpt").returncode == 1
    assert run("auth", "add", "-b", "localai", "-m", "qwen", "-u", "http://localhost:8080/v1", "-t", "0.2", name="k8sgpt").returncode == 0
    text = told("auth", "list", "--details")
    assert "Active: \n> openai\n   - Model: gpt-4o\n> localai\n   - Model: qwen\n   - BaseURL: http://localhost:8080/v1\n" in text
    assert "sk-secret" not in text
    told("auth", "default", "-p", "LocalAI")
    told("auth", "update", "-b", "localai", "-m", "other")
    providers = yaml.safe_load((tmp_path / CONFIG).read_text())["ai"]
    assert providers == {
        "providers": [
            {"name": "openai", "model": "gpt-4o", "password": "sk-secret"},
            {"name": "localai", "model": "other", "baseurl": "http://localhost:8080/v1", "temperature": 0.2},
        ],
        "defaultprovider": "localai",
    }
    assert stat.S_IMODE((tmp_path / CONFIG).stat().st_mode) == 0o600
    assert run("auth", "remove", "-b", "openai,nonsense", name="k8sgpt").returncode == 1
    told("auth", "remove", "-b", "openai,localai")
    assert told("auth", "list").startswith("Default: \n> openai\nActive: \nUnused: \n")


@pytest.mark.parametrize(
    "words",
    [
        ("-b", "nonsense"),
        ("-b", "localai", "-m", "x", "--topp", "1.5"),
        ("-b", "localai", "-m", "x", "--topk", "0"),
        ("-b", "localai", "-m", "x", "--topk", "101"),
        ("-b", "localai", "-m", "x", "-t", "2"),
        ("-b", "azureopenai", "-p", "x", "-e", "engine"),
        ("-b", "azureopenai", "-p", "x", "-e", "engine", "-u", "https://x.example", "-a", "OTHER"),
        ("-b", "amazonsagemaker", "-n", "endpoint"),
        ("-b", "amazonbedrock", "-m", "x"),
        ("-b", "amazonbedrockconverse", "-m", "x"),
        ("-b", "bedrockmantle", "-m", "x"),
        ("-b", "ibmwatsonxai", "-m", "x", "-p", "x"),
    ],
    ids=" ".join,
)
def test_auth_add_refuses_what_k8sgpt_refuses(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert run("auth", "add", *words, name="k8sgpt").returncode == 1
    assert not (tmp_path / CONFIG).exists()


def test_auth_default_without_a_provider_exits_with_0_and_asks_for_a_configured_one(run: Run) -> None:
    assert run("auth", "default", name="k8sgpt").returncode == 0
    assert run("auth", "default", "--provider", "openai", name="k8sgpt").returncode == 1


def test_filters_list_knows_every_filter_of_k8sgpt(told: Told) -> None:
    text = told("filters", "list")
    assert text.startswith("Active: \n> ")
    assert text.endswith("Unused: \n")
    integrated = [f"{name} (integration)" for names in INTEGRATIONS.values() for name in names]
    assert {*CORE_FILTERS, *MORE_FILTERS, *integrated} <= set(re.findall(r"^> (.+)$", text, re.MULTILINE))


def test_filters_add_and_remove(run: Run, told: Told, tmp_path: Path) -> None:
    (tmp_path / "k8sgpt").mkdir()
    (tmp_path / CONFIG).write_text("active_filters: [Pod]\n")
    told("filters", "add", "Service,Log")
    assert yaml.safe_load((tmp_path / CONFIG).read_text())["active_filters"] == ["Pod", "Service", "Log"]
    assert told("filters", "list").startswith("Active: \n> Log\n> Pod\n> Service\nUnused: \n")
    for wrong in ("Pod", "Service,Service", "Podd", "", "Pod,"):
        assert run("filters", "add", wrong, name="k8sgpt").returncode == 1
    assert run("filter", "remove", "Node", name="k8sgpt").returncode == 1
    told("filter", "remove", "Pod,Service,Log")
    assert yaml.safe_load((tmp_path / CONFIG).read_text())["active_filters"] == []


def test_active_filters_of_the_environment_are_parted_by_spaces(told: Told) -> None:
    assert told("filters", "list", K8SGPT_ACTIVE_FILTERS="Pod Service").startswith("Active: \n> Pod\n> Service\nUnused: \n")


def test_integrations_switch_their_filters(run: Run, told: Told, tmp_path: Path) -> None:
    (tmp_path / "k8sgpt").mkdir()
    (tmp_path / CONFIG).write_text("active_filters: [Pod]\n")
    assert told("integration", "list") == "Active:\nUnused: \n> aws\n> keda\n> kyverno\n> prometheus\n"
    told("integrations", "activate", "prometheus", "--no-install", "--namespace", "monitoring")
    assert told("integration", "list") == "Active:\n> prometheus\nUnused: \n> aws\n> keda\n> kyverno\n"
    told("integration", "activate", "keda", "-s")
    told("integration", "deactivate", "prometheus")
    assert yaml.safe_load((tmp_path / CONFIG).read_text())["active_filters"] == ["Pod", "ScaledObject"]


def test_an_integration_that_is_not_there_is_an_error(run: Run) -> None:
    assert run("integration", "activate", "nonsense", name="k8sgpt").returncode == 1


def test_cache_get_list_purge_remove(run: Run, told: Told, tmp_path: Path) -> None:
    assert told("cache", "get") == "file"
    folder = tmp_path / "k8sgpt"
    folder.mkdir()
    key = "39415cc324b1553b93e80e46049e4e4dbb752dc7d0424b2c6ac96d745c6392aa"
    (folder / key).write_text("YW5zd2Vy")
    assert re.fullmatch(rf"Name +UpdatedAt\n{key} +\S+\n", told("cache", "list"))
    told("cache", "purge", key)
    assert not (folder / key).exists()
    assert run("cache", "purge", key, name="k8sgpt").returncode == 1
    (folder / key).write_text("YW5zd2Vy")
    told("cache", "purge", "--all")
    assert not (folder / key).exists()
    (tmp_path / CONFIG).write_text("cache: {currentCacheType: s3, s3: {bucketname: b, region: r}}\n")
    assert told("cache", "get") == "s3"
    told("cache", "remove")
    assert told("cache", "get") == "file"


def test_custom_analyzers_are_added_listed_and_removed(run: Run, told: Told, tmp_path: Path) -> None:
    told("custom-analyzer", "add")
    told("custom-analyzer", "add", "-n", "other.example", "-u", "host", "-r", "8090")
    assert told("custom-analyzer", "list") == "Active: \n> my-custom-analyzer\n> other.example\n"
    assert "> other.example\n   - Url: host\n   - Port: 8090\n" in told("custom-analyzer", "list", "--details")
    assert yaml.safe_load((tmp_path / CONFIG).read_text())["custom_analyzers"][1] == {
        "name": "other.example",
        "connection": {"url": "host", "port": 8090},
    }
    for wrong in (("-n", "my-custom-analyzer", "-u", "x"), ("-n", "third", "-u", "host", "-r", "8090"), ("-n", "No_Name"), ("-r", "x")):
        assert run("custom-analyzer", "add", *wrong, name="k8sgpt").returncode == 1
    assert run("custom-analyzer", "remove", "-n", "nonsense", name="k8sgpt").returncode == 1
    told("custom-analyzer", "remove", "--names", "my-custom-analyzer,other.example")
    assert told("custom-analyzer", "list") == "Active: \n"


def test_generate_names_a_page(told: Told) -> None:
    assert "https://platform.openai.com/api-keys" in told("generate")


def test_dump_writes_the_keys_of_k8sgpt(run: Run, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("dump", name="k8sgpt").returncode == 0
    (path,) = tmp_path.glob("dump_*.json")
    assert re.fullmatch(r"dump_\d{14}\.json", path.name)
    document = json.loads(path.read_text())
    assert tuple(document) == DUMP_KEYS
    assert tuple(document["AIConfiguration"]) == ("Providers", "DefaultProvider")
    assert tuple(document["K8sGPTInfo"]) == ("Version", "Commit", "Date")
    assert path.read_text().startswith('{\n "AIConfiguration": {\n')


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_is_for_every_shell_of_cobra(told: Told, shell: str) -> None:
    assert "K8SGPT_COMPLETE" in told("completion", shell)


def test_a_legacy_config_file_is_read_and_moves_with_the_first_change(told: Told, tmp_path: Path) -> None:
    (tmp_path / ".k8sgpt.yaml").write_text("active_filters: [Pod]\n")
    assert told("filters", "list").startswith("Active: \n> Pod\nUnused: \n")
    assert (tmp_path / ".k8sgpt.yaml").exists()
    told("filters", "add", "Service")
    assert yaml.safe_load((tmp_path / CONFIG).read_text())["active_filters"] == ["Pod", "Service"]
    assert not (tmp_path / ".k8sgpt.yaml").exists()


def test_an_asked_config_file_is_used_instead(told: Told, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("active_filters: [Node]\n")
    assert told("filters", "list", "--config", str(path)).startswith("Active: \n> Node\nUnused: \n")
    assert told("--config", str(path), "filters", "list").startswith("Active: \n> Node\nUnused: \n")


def test_the_sentence_that_everybody_knows(told: Told) -> None:
    assert told("analyze", "--explain", "--filter=Pod", "-n=default", "-c", "--demo").startswith("AI Provider: ")
    assert told("analyse", "-ecf=Pod", "-ndefault", "--demo") == told("analyze", "--explain", "-c", "-f", "Pod", "-n", "default", "--demo")


def test_verbose_and_statistics_leave_standard_output_alone(run: Run) -> None:
    quiet = run("analyze", "--demo", "-o", "json", name="k8sgpt").stdout
    done = run("analyze", "--demo", "-o", "json", "-v", "-s", name="k8sgpt")
    assert json.loads(done.stdout) == json.loads(quiet)
    assert re.search(r"^- .+ took \d", done.stderr, re.MULTILINE)


def test_a_namespace_given_twice_adds_up_and_so_does_an_output(run: Run, tmp_path: Path) -> None:
    both = run("analyze", "--demo", "-n", "default", "-n", "boutique", "-o", "json", name="k8sgpt")
    assert both.stdout == run("analyze", "--demo", "--namespace=default,boutique", "-o", "json", name="k8sgpt").stdout
    path = tmp_path / "report.json"
    done = run("analyze", "--demo", "-o", "text", "-o", f"json={path}", name="k8sgpt")
    assert done.stdout.startswith("AI Provider: ")
    assert json.loads(path.read_text())["status"] == "ProblemDetected"
