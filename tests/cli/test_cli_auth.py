"""The commands that write the config file, as a user types them."""

import os
import pty
import subprocess
from pathlib import Path

import pytest
import yaml

from cli.conftest import Run, command

KEY = "sk-very-secret-key"


def settings(tmp_path: Path) -> dict[str, object]:
    text = (tmp_path / "k8sgpt" / "k8sgpt.yaml").read_text("utf-8")
    document = yaml.safe_load(text)
    assert isinstance(document, dict)
    return document


def with_key(environment: dict[str, str], *words: str, name: str = "kubedx") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*command(name), *words], env=environment, input=f"{KEY}\n", capture_output=True, text=True, check=False, timeout=60
    )


def test_a_key_from_standard_input_is_stored_and_never_shown(environment: dict[str, str], run: Run, tmp_path: Path) -> None:
    done = with_key(environment, "auth", "add", "--backend", "openai", "--model=gpt-x", "--password-stdin")
    assert done.returncode == 0
    assert settings(tmp_path)["ai"] == {
        "providers": [{"name": "openai", "model": "gpt-x", "password": KEY}],
        "defaultprovider": "openai",
    }
    told = [
        done,
        run("auth", "list", "--details"),
        run("auth", "add", "-b", "openai", "-p", KEY),
        run("analyze", "--demo", "-v", "--config=x"),
    ]
    assert all(KEY not in one.stdout + one.stderr for one in told)


def test_a_key_of_the_environment_stays_there(run: Run, tmp_path: Path) -> None:
    done = run("auth", "add", "--backend=anthropic", env={"ANTHROPIC_API_KEY": KEY})
    assert done.returncode == 0
    assert "$ANTHROPIC_API_KEY" in done.stderr
    assert settings(tmp_path)["ai"] == {"providers": [{"name": "anthropic"}], "defaultprovider": "anthropic"}


def test_a_key_that_is_typed_is_not_echoed(environment: dict[str, str], tmp_path: Path) -> None:
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*command(), "auth", "add", "-b", "groq", "-m", "m"],
        env=environment,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    while b"Enter groq Key:" not in seen:
        seen += os.read(controller, 1024)
    os.write(controller, f"{KEY}\n".encode())
    try:
        while chunk := os.read(controller, 1024):
            seen += chunk
    except OSError:  # the other end is closed
        pass
    assert process.wait(30) == 0
    os.close(controller)
    assert KEY.encode() not in seen
    assert KEY in (tmp_path / "k8sgpt" / "k8sgpt.yaml").read_text()


def test_an_update_changes_what_was_given_alone(environment: dict[str, str], run: Run, tmp_path: Path) -> None:
    with_key(environment, "auth", "add", "-b", "openai", "-t", "0.3", "--topk", "7", "--password-stdin")
    assert run("auth", "update", "--backend", "openai", "--maxtokens", "100").returncode == 0
    assert settings(tmp_path)["ai"] == {
        "providers": [{"name": "openai", "temperature": 0.3, "topk": 7, "password": KEY, "maxtokens": 100}],
        "defaultprovider": "openai",
    }
    assert run("auth", "update", "-b", "openai").returncode == 2
    assert run("auth", "update", "-b", "cohere", "-m", "x").returncode == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("auth", "add", "-b", "opena"), 'there is no backend "opena"'),
        (("auth", "add", "-b", "azureopenai", "-p", "x"), "azureopenai needs --engine and --baseurl"),
        (("auth", "add", "-b", "amazonbedrock"), "amazonbedrock needs --providerRegion"),
        (("auth", "add", "-b", "groq", "-m", "m"), "give it on standard input with --password-stdin"),
        (("auth", "add", "-b", "ollama", "-t", "3"), '--temperature is a number from 0 to 1, not "3"'),
        (("auth", "add", "-b", "ollama", "-c", "2.5"), '--topk is a whole number, not "2.5"'),
        (("auth", "remove"), "say which backends to remove"),
        (("auth", "remove", "-b", "groq"), "the backend groq is not configured"),
        (("auth", "default", "-p", "groq"), "the backend groq is not configured"),
        (("filters", "add", "Podd"), 'filter "Podd" is not known; did you mean Pod?'),
        (("integration", "activate", "helm"), 'there is no integration "helm"'),
        (("custom-analyzer", "add", "--name", "A_b"), "--name is lower case letters"),
        (("custom-analyzer", "add", "--port", "0"), "--port is a number from 1 to 65535"),
        (("custom-analyzer", "remove", "--names", "x"), "there is no custom analyzer x"),
    ],
)
@pytest.mark.parametrize(("name", "code"), [("kubedx", 2), ("k8sgpt", 1)])
def test_what_has_no_meaning_is_one_sentence_and_writes_nothing(
    run: Run, tmp_path: Path, words: tuple[str, ...], sentence: str, name: str, code: int
) -> None:
    done = run(*words, name=name)
    assert done.returncode == code
    assert sentence in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "k8sgpt" / "k8sgpt.yaml").exists()


def test_removing_the_default_leaves_another(environment: dict[str, str], run: Run, tmp_path: Path) -> None:
    with_key(environment, "auth", "add", "-b", "openai", "--password-stdin")
    run("auth", "add", "-b", "ollama")
    assert run("auth", "remove", "--backends", "openai,nobody").returncode == 2
    assert run("auth", "remove", "--backends", "openai").returncode == 0
    assert settings(tmp_path)["ai"] == {"providers": [{"name": "ollama"}], "defaultprovider": "ollama"}
    assert "> ollama\nActive: \n> ollama\nUnused: \n> openai\n" in run("auth", "list").stdout


def test_a_group_without_a_command_shows_its_help(run: Run) -> None:
    done = run("auth")
    assert done.returncode == 0
    assert "add      Add a backend to the config file." in done.stdout
    assert "--password-stdin" in run("auth", "add", "--help").stdout


def test_chosen_filters_are_those_of_the_next_analysis(run: Run, tmp_path: Path) -> None:
    assert "> Pod\n" in run("filters", "list").stdout
    assert run("filters", "add", "Log").returncode == 0
    assert run("filters", "remove", "Pod,Deployment").returncode == 0
    active = settings(tmp_path)["active_filters"]
    assert isinstance(active, list)
    assert "Service" in active
    assert "Pod" not in active
    assert "Unused: \n> Deployment\n> Pod\n" in run("filter", "list").stdout
    assert '"kind": "Pod"' not in run("analyze", "--demo", "-o", "json").stdout.partition('"schemaVersion"')[0]
    assert run("filters", "add", "pod").returncode == 0
    assert run("filters", "add", "Pod").returncode == 2
    assert '"kind": "Pod"' in run("analyze", "--demo", "-o", "json").stdout.partition('"schemaVersion"')[0]


def test_integrations_switch_filters_and_touch_no_cluster(run: Run, tmp_path: Path) -> None:
    assert run("integration", "deactivate", "kyverno").returncode == 0
    assert "PolicyReport" not in str(settings(tmp_path)["active_filters"])
    assert "Unused: \n> kyverno" in run("integration", "list").stdout
    done = run("integration", "activate", "kyverno", "--no-install")
    assert "nothing was installed" in done.stderr
    assert "PolicyReport" in str(settings(tmp_path)["active_filters"])


def test_custom_analyzers_are_kept_in_the_config_file(run: Run, tmp_path: Path) -> None:
    assert run("custom-analyzer", "add", "--name", "hosts", "--port", "9000").returncode == 0
    assert run("custom-analyzer", "add", "--name", "hosts2", "--port", "9000").returncode == 2
    assert settings(tmp_path)["custom_analyzers"] == [{"name": "hosts", "connection": {"url": "localhost", "port": 9000}}]
    assert run("custom-analyzer", "list", "--details").stdout == "Active: \n> hosts\n   - Url: localhost\n   - Port: 9000\n"
    assert run("custom-analyzer", "remove", "--names", "hosts").returncode == 0
    assert settings(tmp_path)["custom_analyzers"] == []
