"""`kubectl dx`: kubectl's long flags wherever a live cluster is read, and completion as kubectl asks for it."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from cli.conftest import Run
from kubedx.cli.app import kubedx
from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.kubectl import completions

ROOT = Path(__file__).resolve().parents[2]
READERS = ("analyze", "record", "rbac", "preflight", "verify", "dump")
"""The commands that read a live cluster."""


def longs(command: str) -> set[str]:
    return {name for param in kubedx.commands[command].params if isinstance(param, click.Option) for name in param.opts if name[:2] == "--"}


@pytest.mark.parametrize("command", READERS)
def test_every_command_that_reads_a_cluster_has_the_flags_of_kubectl(command: str) -> None:
    flags = {f"--{name.strip('_').replace('_', '-')}" for name in ClusterOptions.__struct_fields__}
    assert flags | {"--context"} <= longs(command)
    assert len(flags) == 15


def test_the_executables_are_those_that_kubectl_looks_for() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["kubectl-dx"] == "kubedx.cli:kubectl_main"
    assert scripts["kubectl_complete-dx"] == "kubedx.cli.kubectl:complete_main"


def test_help_and_errors_are_told_under_the_name_that_was_typed(run: Run) -> None:
    assert run("analyze", "--help", name="kubectl").stdout.startswith("Usage: kubectl dx analyze ")
    done = run("analyze", "--contxt=x", name="kubectl")
    assert (done.returncode, done.stderr) == (2, "kubectl dx: unknown flag --contxt; did you mean --context?\n")


def test_it_prints_what_kubedx_prints(run: Run) -> None:
    words = ("analyze", "--demo", "-o", "json")
    assert json.loads(run(*words, name="kubectl").stdout)["incidents"] == json.loads(run(*words).stdout)["incidents"]
    assert run("version", name="kubectl").stdout == run("version").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--as-uid=7",), "--as-uid needs --as: the API server knows no uid without a user"),
        (("--as-group=ops",), "--as-group needs --as: the API server knows no group without a user"),
        (("--request-timeout=soon",), "--request-timeout: 'soon' is no duration such as 1h30m or 1.5s"),
        (("--request-timeout=-1s",), "--request-timeout is 24h at most, not -1s"),
        (("--request-timeout=48h",), "--request-timeout is 24h at most, not 48h"),
    ],
)
@pytest.mark.parametrize("command", ["analyze", "rbac", "dump"])
def test_combinations_without_a_meaning(run: Run, tmp_path: Path, command: str, words: tuple[str, ...], message: str) -> None:
    done = run(command, *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"kubedx: {message}\n")


@pytest.mark.parametrize("flag", ["--cluster=shop", "--user=ann", "--server=https://localhost", "--token=x", "--insecure-skip-tls-verify"])
def test_flags_of_a_live_cluster_mean_nothing_to_a_dump(run: Run, flag: str) -> None:
    done = run("analyze", "--demo", flag)
    assert (done.returncode, done.stderr) == (
        2,
        f"kubedx: {flag.partition('=')[0]} is for a live cluster and has no meaning with --demo; leave one out\n",
    )


def test_a_number_of_seconds_needs_no_unit_and_0_is_no_limit() -> None:
    assert ClusterOptions(request_timeout="5").request_seconds == 5.0
    assert ClusterOptions(request_timeout="1m30s").request_seconds == 90.0
    assert ClusterOptions(request_timeout="0").request_seconds is None
    assert ClusterOptions().request_seconds is None


def test_a_suggested_command_goes_to_the_same_cluster_and_tells_no_token() -> None:
    options = ClusterOptions(kubecontext="shop", cluster="till", token="t0ken", as_="ann")
    assert options.for_kubectl == ["--context=shop", "--cluster=till"]


def test_a_server_and_a_token_are_enough(run: Run) -> None:
    done = run("analyze", "--server=http://127.0.0.1:1", "--token=t0ken", name="kubectl")
    assert done.returncode == 1
    assert done.stderr.startswith("kubectl dx: the API server http://127.0.0.1:1 refuses connections; ")
    assert "t0ken" not in done.stderr


def test_completion_tells_commands_flags_and_their_help() -> None:
    commands = [line.partition("\t")[0] for line in completions([""])]
    assert {"analyze", "auth", "filters"} <= set(commands)
    assert commands[-1] == ":4"
    assert completions(["analyze", "-n", "shop", "--as-g"]) == ["--as-group\tAct as a member of this group. May be repeated.", ":4"]
    assert completions(["auth", "li"])[0].startswith("list\t")
    assert completions([])[-1] == ":4"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["analyze", "--level", "w"], ["warning"]),
        (["analyze", "--fail-on", ""], ["critical", "error", "info", "warning"]),
        (["analyze", "-o", "ma"], ["markdown"]),
        (["analyze", "--logs", "s"], ["sample", "suspects"]),
        (["analyze", "-f", "statef"], ["StatefulSet"]),
        (["analyze", "-f", "Pod,ReplicaS"], ["Pod,ReplicaSet"]),
        (["auth", "add", "-b", "amazonb"], ["amazonbedrock", "amazonbedrockconverse"]),
        (["analyze", "--namespace", "x"], []),
    ],
)
def test_completion_tells_the_values_of_a_flag(words: list[str], told: list[str]) -> None:
    assert completions(words)[:-1] == told


def test_completion_leaves_files_to_the_shell_and_is_silent_about_nonsense(environment: dict[str, str]) -> None:
    assert completions(["analyze", "--kubeconfig", ""])[-1] == ":0"
    code = "from kubedx.cli.kubectl import complete_main; complete_main()"
    done = subprocess.run([sys.executable, "-c", code, "nonsense", "\udcff"], env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.endswith((b":0\n", b":4\n"))


def test_the_script_for_a_shell_is_left_to_kubectl(run: Run) -> None:
    done = run("completion", "bash", name="kubectl")
    assert (done.returncode, done.stdout) == (2, "")
    assert "kubectl_complete-dx" in done.stderr
