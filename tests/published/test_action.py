"""The GitHub Action: its script against a loopback API, and what actionlint says of it and of the workflows that we show."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
import yaml

from published.conftest import ROOT
from published.github import TOKEN, GitHub

SCRIPT = ROOT / "packaging/action/report.py"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
DEMO = str(ROOT / "src/kubedx/demo/cluster")
POD = """
kind: Pod
apiVersion: v1
metadata: {name: NAME, namespace: NAMESPACE}
spec: {containers: [{name: app, image: HTTPD}]}
status:
  phase: Pending
  containerStatuses:
  - {name: app, image: HTTPD, state: {waiting: {reason: InvalidImageName, message: "couldn't parse image name HTTPD"}}}
"""
BROKEN = "---".join(POD.replace("NAMESPACE", namespace).replace("NAME", name) for namespace, name in (("shop", "cart"), ("office", "desk")))
HEALTHY = "kind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n"


@pytest.fixture
def github() -> Iterator[GitHub]:
    running = GitHub()
    yield running
    running.close()


class Run:
    """Runs of the action's script, as GitHub would start it for pull request 7."""

    def __init__(self, folder: Path, github: GitHub) -> None:
        self.folder, self.github = folder, github
        (folder / "event.json").write_text(json.dumps({"pull_request": {"number": 7}}))
        (folder / "broken.yaml").write_text(BROKEN)

    def __call__(self, **inputs: str) -> "subprocess.CompletedProcess[str]":
        for name in ("output", "summary"):
            (self.folder / name).write_text("")
        defaults = {name: str(one.get("default", "")) for name, one in ACTION["inputs"].items()}
        environment = {
            f"KUBEDX_{name.upper().replace('-', '_')}": value
            for name, value in (defaults | {"from": str(self.folder / "broken.yaml")}).items()
        }
        environment |= {f"KUBEDX_{name.upper()}": value for name, value in inputs.items()}
        environment |= self.of_github | {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONWARNINGS": "error"}
        done = subprocess.run([sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return done

    @property
    def of_github(self) -> dict[str, str]:
        """The variables that GitHub sets."""
        return {
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_API_URL": self.github.url,
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_TOKEN": TOKEN,
        }

    @property
    def outputs(self) -> dict[str, str]:
        return dict(line.split("=", 1) for line in (self.folder / "output").read_text().splitlines())

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text("utf-8")


@pytest.fixture
def run(tmp_path: Path, github: GitHub) -> Run:
    return Run(tmp_path, github)


def script() -> Any:
    spec = importlib.util.spec_from_file_location("report_of_the_action", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Say(Protocol):
    """The part of the script that comments, alone."""

    def __call__(self, text: str, *, found: bool = True, name: str = "kubedx", **variables: str) -> None: ...


@pytest.fixture
def say(run: Run) -> Say:
    def comment(text: str, *, found: bool = True, name: str = "kubedx", **variables: str) -> None:
        script().comment(run.of_github | variables, name, text, found=found)

    return comment


def test_the_first_run_comments_and_the_second_writes_the_same_comment_again(run: Run, github: GitHub) -> None:
    github.write("looks good to me")
    run()
    assert [one["user"]["type"] for one in github.comments] == ["User", "Bot"]
    assert "shop/cart" in github.comments[1]["body"]
    assert run.outputs["exit-code"] == "3"
    assert run.outputs["incidents"] == "2"
    assert "shop/cart" in run.summary
    assert json.loads(Path(run.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert json.loads(Path(run.outputs["json"]).read_text())["schemaVersion"] == 1

    run(namespace="office", fail_on="none")
    assert len(github.comments) == 2
    assert "shop/cart" not in github.comments[1]["body"]
    assert "office/desk" in github.comments[1]["body"]
    assert run.outputs["exit-code"] == "0"


def test_what_is_mended_is_told_in_the_comment_that_there_is_and_begins_none(say: Say, github: GitHub) -> None:
    say("No incidents", found=False)
    assert github.comments == []
    say("1 incident")
    say("No incidents", found=False)
    assert [one["body"].endswith("No incidents") for one in github.comments] == [True]


def test_a_comment_of_somebody_that_quotes_ours_is_left_alone(say: Say, github: GitHub) -> None:
    say("1 incident")
    ours = github.comments.pop()["body"]
    github.write(ours)
    github.write(f"> {ours}", "Bot")
    say("1 incident")
    assert [one["body"] == ours for one in github.comments] == [True, False, True]


def test_our_comment_is_found_among_many(say: Say, github: GitHub) -> None:
    for number in range(230):
        github.write(f"number {number}")
    say("1 incident")
    say("1 incident")
    assert len(github.comments) == 231
    assert sum(request.startswith("GET") for request in github.requests) == 6


def test_two_clusters_have_two_comments(say: Say, github: GitHub) -> None:
    for name in ("staging", "production --> <b>", "staging"):
        say("1 incident", name=name)
    assert len(github.comments) == 2
    assert github.comments[1]["body"].splitlines()[0].count("-->") == 1


def test_a_report_longer_than_a_comment_may_be_is_shortened(say: Say, github: GitHub) -> None:
    say("# 90 incidents" + "".join(f"\n## {number}. error\n\n{'word ' * 300}" for number in range(90)))
    assert len(github.comments[0]["body"]) <= 65_536
    assert "There is more than fits here" in github.comments[0]["body"]


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_comment_that_cannot_be_written_is_a_warning_and_no_failure(
    say: Say, github: GitHub, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    github.refuses = status
    say("1 incident")
    printed = capsys.readouterr().out
    assert f"::warning title=kubedx::the pull request has no comment: GitHub answered {status}" in printed
    assert ("pull-requests: write" in printed) is (status == 403)


def test_an_api_that_does_not_answer_is_a_warning(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say("1 incident", GITHUB_API_URL="http://127.0.0.1:1")
    assert "GitHub did not answer" in capsys.readouterr().out


def test_without_a_pull_request_nobody_is_asked(say: Say, github: GitHub, tmp_path: Path) -> None:
    (tmp_path / "push.json").write_text(json.dumps({"ref": "refs/heads/main"}))
    for event in (str(tmp_path / "push.json"), str(tmp_path / "absent.json"), ""):
        say("1 incident", GITHUB_EVENT_PATH=event)
    assert github.requests == []


def test_manifests_are_looked_at_before_they_are_applied(run: Run, github: GitHub, tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text(
        "kind: Service\napiVersion: v1\nmetadata: {name: till}\nspec: {selector: {app: til}, ports: [{port: 80}]}\n"
    )
    run(**{"from": DEMO}, manifests=f"{tmp_path / 'service.yaml'}\n", namespace="default")
    assert run.outputs["incidents"] == "1"
    assert "would cause" in github.comments[0]["body"]


@pytest.mark.parametrize("hostile", ["$(touch pwned); `touch pwned`", "shop\n--output=text=pwned"])
def test_inputs_are_words_and_never_commands(run: Run, tmp_path: Path, hostile: str) -> None:
    run(namespace=hostile)
    assert run.outputs["exit-code"] != "0"
    assert not list(tmp_path.rglob("pwned"))


def test_what_kubedx_says_is_no_command_of_the_workflow(run: Run) -> None:
    done = run(**{"from": "absent\n::set-output name=x::y"})
    before, _, after = done.stdout.partition("\n")
    fence = before.removeprefix("::stop-commands::")
    assert len(fence) == 32
    assert after.endswith(f"::{fence}::\n")
    assert run.outputs == {"exit-code": "1"}
    assert run.summary == ""


@pytest.mark.parametrize("longest", [300, 2_000, 65_536])
def test_a_long_report_is_cut_between_incidents(longest: int) -> None:
    text = "# 90 incidents" + "".join(f"\n## {number}. error\n\n{'word ' * 300}" for number in range(90))
    cut = script().shortened(text, longest)
    assert len(cut) <= longest
    assert cut.startswith("# 90 incidents")
    assert cut.endswith("has all of it.\n")
    assert script().shortened("short", longest) == "short"


def test_every_input_reaches_the_script() -> None:
    step = next(one for one in ACTION["runs"]["steps"] if one.get("id") == "report")
    named = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert named == set(ACTION["inputs"])
    read = set(re.findall(r'"(KUBEDX_\w+|GITHUB_\w+)"', SCRIPT.read_text("utf-8")))
    read |= {f"KUBEDX_{name}" for name in re.findall(r'flag\("[\w-]+", "(\w+)"\)', SCRIPT.read_text("utf-8"))}
    given_by_github = {"GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_EVENT_PATH", "GITHUB_API_URL", "GITHUB_REPOSITORY"}
    assert read - given_by_github == set(step["env"])
    assert set(ACTION["outputs"]) == {"incidents", "exit-code", "json", "sarif"}


def workflows(folder: Path) -> Iterator[Path]:
    """Those of the repository, and those that a page shows."""
    yield from (ROOT / ".github/workflows").glob("*.yml")
    for page in sorted((ROOT / "docs").glob("*.md")):
        for number, block in enumerate(re.findall(r"^```yaml.*?\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)):
            if re.search(r"^jobs:", block, re.MULTILINE) and "runs-on:" in block:
                shown = folder / f"{page.stem}-{number}.yml"
                shown.write_text(block, "utf-8")
                yield shown


def test_actionlint_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    program = os.environ.get("KUBEDX_ACTIONLINT") or shutil.which("actionlint")
    if not program:
        if os.environ.get("CI") == "true":
            pytest.fail("no actionlint; scripts/actionlint builds it")
        pytest.skip("no actionlint here; scripts/actionlint builds it")
    # actionlint looks for action.yml from the root of a repository.
    shutil.copy(ROOT / "action.yml", tmp_path)
    found = sorted(workflows(tmp_path))
    assert len(found) >= 2
    command = [program, "-no-color", "-shellcheck=", "-pyflakes=", *map(str, found)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
