"""The commands as a user meets them: what stands on stdout and stderr, and the exit code."""

import json
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run, command

DEMO = ("analyze", "--demo")


def test_json_is_alone_on_stdout(run: Run) -> None:
    done = run(*DEMO, "-o", "json", "--with-stat", "--with-doc", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    document = json.loads(done.stdout)
    assert document["schemaVersion"] == 1
    assert document["results"]
    assert all(result["details"] == "" for result in document["results"])
    docs = [error["KubernetesDoc"] for result in document["results"] for error in result["error"]]
    assert "Container image name." in " ".join(docs)
    assert "- reading the cluster took " in done.stderr


def test_exit_codes_of_fail_on(run: Run) -> None:
    assert run(*DEMO, "--fail-on=error").returncode == 3
    assert run(*DEMO, "-n", "default", "--filter=Node", "--fail-on=critical").returncode in {0, 4}


@pytest.mark.parametrize(("name", "code"), [("kubedx", 2), ("k8sgpt", 1)])
def test_wrong_usage_is_one_sentence(run: Run, name: str, code: int) -> None:
    done = run("analyze", "--exlain", name=name)
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == f"{name}: unknown flag --exlain; did you mean --explain?\n"
    assert run("frobnicate", name=name).returncode == code
    assert run("analyze", "operand", name=name).returncode == code


def test_only_unknown_filters_are_wrong_usage(run: Run) -> None:
    done = run(*DEMO, "--filter=Podd")
    assert done.returncode == 2
    assert done.stderr == 'kubedx: filter "Podd" is not known; did you mean Pod?; kubedx rules lists them all\n'
    done = run(*DEMO, "--filter=Podd,Service", "-o", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["errors"] == ['filter "Podd" is not known; did you mean Pod?']


def test_without_a_cluster_it_says_what_to_do(run: Run) -> None:
    done = run("analyze")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kubedx: no cluster is configured")
    assert "--demo" in done.stderr
    done = run("analyze", "--or-demo", "-n", "default")
    assert done.returncode == 0
    assert done.stderr == "kubedx: no cluster is configured; reading the packaged demo cluster\n"


def test_a_configured_cluster_that_does_not_answer_is_an_error(run: Run, tmp_path: Path) -> None:
    kubeconfig = tmp_path / "config"
    kubeconfig.write_text(
        '{"current-context":"c","contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],'
        '"clusters":[{"name":"k","cluster":{"server":"http://127.0.0.1:1"}}],"users":[{"name":"u","user":{}}]}'
    )
    done = run("analyze", "--or-demo", "--kubeconfig", str(kubeconfig))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "127.0.0.1:1" in done.stderr


def test_an_absent_config_file_is_an_error(run: Run, tmp_path: Path) -> None:
    done = run(*DEMO, "--explain", "--config", str(tmp_path / "absent.yaml"))
    assert done.returncode == 1
    assert "absent.yaml" in done.stderr


def test_a_reader_that_leaves_early_ends_it_quietly(environment: dict[str, str]) -> None:
    out, into = os.pipe()
    os.close(out)
    done = subprocess.run([*command(), *DEMO], env=environment, stdout=into, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(into)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("words", [DEMO, ("rules",), ("version",), ("--help",)])
def test_a_full_disk_is_one_sentence(environment: dict[str, str], words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*command(), *words], env=environment, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1
    assert b"No space left on device" in done.stderr


def test_a_closed_output_is_one_sentence(environment: dict[str, str]) -> None:
    shell = 'exec "$@" >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *command(), *DEMO], env=environment, stderr=subprocess.PIPE, check=False, timeout=60
    )
    assert done.returncode == 1
    assert b"standard output is closed" in done.stderr


def test_ctrl_c_ends_it_with_130(environment: dict[str, str]) -> None:
    """It waits for a stdin that never ends; the first byte of the dump says that it does."""
    process = subprocess.Popen(
        [*command(), "analyze", "--from", "-"], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(b" " * 200_000)  # more than a pipe holds, so it is being read when this returns
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"kubedx: interrupted\n")


def test_colours_only_on_a_terminal_and_never_with_no_color(run: Run, environment: dict[str, str]) -> None:
    assert "\x1b" not in run(*DEMO).stdout
    assert "\x1b[" in run(*DEMO, env={"FORCE_COLOR": "1"}).stdout
    assert b"\x1b[" in on_terminal(environment | {"TERM": "xterm"})
    assert b"\x1b" not in on_terminal(environment | {"TERM": "xterm", "NO_COLOR": "1"})
    assert b"\x1b" not in on_terminal(environment | {"TERM": "dumb"})


def on_terminal(environment: dict[str, str], *words: str) -> bytes:
    """What a command prints on a terminal; the demo's report without words."""
    ours, theirs = pty.openpty()
    words = words or (*DEMO, "-n", "default", "--quiet")
    process = subprocess.Popen([*command(), *words], env=environment, stdout=theirs, stderr=theirs)
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says EIO when the other end is closed
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    assert process.wait(timeout=60) == 0
    return b"".join(parts)


def test_an_ascii_terminal_gets_ascii_glyphs(run: Run) -> None:
    assert run(*DEMO, env={"PYTHONIOENCODING": "ascii"}).stdout.isascii()
    assert run(*DEMO, env={"LC_ALL": "C"}).stdout.isascii()


def test_help_names_the_flags_and_examples(run: Run) -> None:
    text = run("analyze", "--help").stdout
    for word in ("-n, --namespace", "--explain", "--from", "--fail-on", "Examples:", "-h, --help"):
        assert word in text
    assert run().stdout == run("--help").stdout == run("help").stdout
    assert run("help", "analyze").stdout == text
    assert run("analyse", "-h").stdout == text.replace("kubedx analyze [OPTIONS]", "kubedx analyse [OPTIONS]")


def test_completion_for_the_shells(run: Run) -> None:
    assert "_KUBEDX_COMPLETE=bash_complete" in run("completion", "bash").stdout
    assert "_K8SGPT_COMPLETE=zsh_complete" in run("completion", "zsh", name="k8sgpt").stdout
    assert run("completion", "tcsh").returncode == 2
    offered = run(env={"_KUBEDX_COMPLETE": "bash_complete", "COMP_WORDS": "kubedx analyze --expl", "COMP_CWORD": "2"}).stdout
    assert offered == "plain,--explain\n"


def test_rules_and_one_of_them(run: Run) -> None:
    listed = run("rules").stdout.splitlines()
    assert listed == sorted(listed)
    code = listed[0].split()[0]
    page = run("rules", code, env={"COLUMNS": "80"}).stdout
    assert page.startswith(f"{code}\n\n")
    for word in ("  severity     ", "  filter       ", "\nWhat it means\n  ", "\nWhen it is not reported\n  ", "\nHow to fix it\n  "):
        assert word in page
    assert max(map(len, page.splitlines())) <= 80
    wrong = run("rules", f"{code}x")
    assert wrong.returncode == 2
    assert f"did you mean {code}?" in wrong.stderr


def test_rules_on_one_line_each_with_severity_filter_and_needs(run: Run) -> None:
    rows = {line.split()[0]: line.split() for line in run("rules").stdout.splitlines()}
    assert rows["service-selects-nothing"][1:4] == ["error", "Service", "Pod"]
    assert rows["ingress-class-absent"][1:4] == ["error", "Ingress", "IngressClass"]
    assert rows["claim-lost"][1:4] == ["error", "PersistentVolumeClaim,Storage", "-"]
    of_service = [line.split()[0] for line in run("rules", "service").stdout.splitlines()]
    assert "service-selects-nothing" in of_service
    assert set(of_service) == {code for code, row in rows.items() if "Service" in row[2].split(",")}


def test_rules_on_a_terminal_stand_under_their_filters(environment: dict[str, str]) -> None:
    text = on_terminal(environment | {"TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "80"}, "rules").decode()
    lines = text.replace("\r\n", "\n").splitlines()
    assert max(map(len, lines)) <= 100
    below = lines[lines.index("Service") + 1 : lines.index("StatefulSet")]
    assert any(line.startswith("  service-selects-nothing") and " error " in line for line in below)
    assert "Needs Pod." in " ".join(" ".join(below).split())


def test_version(run: Run) -> None:
    assert run("version").stdout == f"kubedx: {run('--version').stdout}"
    assert run("version", name="k8sgpt").stdout.startswith("k8sgpt: ")


def test_the_same_dump_gives_the_same_bytes(run: Run) -> None:
    outputs = {run(*DEMO, "-o", "json", env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2", "3")}
    assert len(outputs) == 1


def test_python_m(environment: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-m", "kubedx.cli", "version"], env=environment, capture_output=True, check=False, timeout=60)
    assert done.stdout.startswith(b"kubedx: ")
