"""Baselines and comparisons, as a CI job uses them."""

import json
from pathlib import Path

import pytest

from cli.conftest import Run


def test_what_a_baseline_acknowledges_fails_no_job(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    done = run("analyze", "--demo", "--write-baseline", str(file), "--reason", "T-1", "--expires", "30d")
    assert done.returncode == 0
    assert f"kubedx: {file} acknowledges " in done.stderr
    entries = json.loads(file.read_text())["acknowledged"]
    assert entries
    assert {entry["reason"] for entry in entries} == {"T-1"}
    done = run("analyze", "--demo", "--baseline", str(file), "--fail-on", "error", "-o", "json")
    assert done.returncode in {0, 4}
    document = json.loads(done.stdout)
    assert document["incidents"] == []
    assert document["suppressed"] == len(entries) == len(document["suppressions"])


def test_a_baseline_written_over_keeps_the_reasons_that_it_has(run: Run, tmp_path: Path) -> None:
    file = str(tmp_path / "known.json")
    run("analyze", "--demo", "-n", "default", "--write-baseline", file, "--reason", "first")
    run("analyze", "--demo", "--baseline", file, "--write-baseline", file, "--reason", "second")
    reasons = [entry["reason"] for entry in json.loads(Path(file).read_text())["acknowledged"]]
    assert sorted(set(reasons)) == ["first", "second"]


def test_a_baseline_that_is_none_is_one_sentence(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_text('{"acknowledged": [{"id": 3}]}')
    done = run("analyze", "--demo", "--baseline", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"kubedx: {file} is no baseline: ")
    assert run("analyze", "--demo", "--baseline", str(tmp_path / "absent")).returncode == 1
    assert run("analyze", "--demo", "--write-baseline", str(file), "--expires", "2020-01-01").returncode == 2
    assert run("analyze", "--demo", "--reason", "x").returncode == 2


def test_the_config_can_name_what_to_ignore(run: Run, tmp_path: Path) -> None:
    config = tmp_path / "k8sgpt.yaml"
    config.write_text("ignore:\n- {code: image-pull-failed, namespace: default, reason: a demo, expires: 2999-01-01}\n")
    document = json.loads(run("analyze", "--demo", "-n", "default", "--config", str(config), "-o", "json").stdout)
    assert [one["by"] for one in document["suppressions"]] == ["config"]
    config.write_text("ignore:\n- {code: image-pull-failed}\n")
    done = run("analyze", "--demo", "--config", str(config))
    assert done.returncode == 1
    assert "ignore[0].reason must be why it need not be reported" in done.stderr


def test_what_is_new_persists_and_is_unclear(run: Run, tmp_path: Path) -> None:
    part, whole = tmp_path / "part.json", tmp_path / "whole.json"
    part.write_text(run("analyze", "--demo", "-n", "default", "-o", "json").stdout)
    whole.write_text(run("analyze", "--demo", "-o", "json").stdout)
    grown = run("diff", str(part), str(whole), "--fail-on", "error", "-o", "json")
    assert grown.returncode == 3
    comparison = json.loads(grown.stdout)
    assert len(comparison["persisting"]) == 1
    assert comparison["appeared"]
    assert comparison["resolved"] == []
    shrunk = run("diff", str(whole), str(part), "--fail-on", "error")
    assert shrunk.returncode == 4
    assert "0 new, 1 persisting, 0 resolved, " in " ".join(shrunk.stdout.split())
    assert "were not read" in " ".join(shrunk.stdout.split())


POD = """
apiVersion: v1
kind: PodList
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: cart, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
  spec: {nodeName: node-a, containers: [{name: api, image: "registry.example.com/cart:1"}]}
  status:
    phase: %s
    conditions: [{type: Ready, status: "%s", lastTransitionTime: "2026-01-02T00:00:00Z"}]
    containerStatuses: [{name: api, image: "registry.example.com/cart:1", imageID: "", restartCount: 0, ready: %s, state: %s}]
"""
PULLING = '{waiting: {reason: ImagePullBackOff, message: "Back-off pulling image registry.example.com/cart:1: not found"}}'


def test_dumps_are_compared_too(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(POD % ("Pending", "False", "false", PULLING))
    new.write_text(POD % ("Running", "True", "true", '{running: {startedAt: "2026-01-02T00:00:00Z"}}'))
    done = run("diff", str(old), str(new))
    assert done.returncode == 0
    assert "0 new, 0 persisting, 1 resolved" in done.stdout
    assert "Resolved:" in done.stdout
    assert "1 new, 0 persisting, 0 resolved" in run("diff", str(new), str(old)).stdout


def test_files_that_are_no_diagnosis(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "odd.json"
    file.write_text('{"schemaVersion": 1, "incidents": [{"id": 4}]}')
    done = run("diff", str(file), str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert "looks like a diagnosis of kubedx and is none" in done.stderr
    assert run("diff", str(tmp_path / "absent"), str(file)).returncode == 1
    assert run("diff", str(file), str(file), "-o", "xml").returncode == 2


def test_one_side_may_come_from_a_pipe(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.json"
    old.write_text(POD % ("Pending", "False", "false", PULLING))
    new.write_text(run("analyze", "--from", str(old), "-o", "json").stdout)
    for file in (old, new):
        with file.open(encoding="utf-8") as stream:
            done = run("diff", str(new), "-", stdin=stream)
        assert (done.returncode, done.stdout.partition(", from")[0]) == (0, "0 new, 1 persisting, 0 resolved")
    assert run("diff", "-", "-").returncode == 2
    assert run("diff", str(new), "-").returncode == 1


def test_the_formats_of_a_comparison(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text(run("analyze", "--demo", "-n", "default", "-o", "json").stdout)
    assert run("diff", str(file), str(file), "-o", "markdown").stdout.startswith("## 0 new, 1 persisting, 0 resolved\n")
    assert run("diff", str(file), str(file), "-o", "yaml").stdout.startswith("old: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no Kubernetes object"),
        ("null", "no Kubernetes object"),
        ('{"schemaVersion": 1, "incidents": null, "coverage": {}}', "none that can be read"),
        ('{"schemaVersion": 7, "incidents": [], "coverage": {"read": [], "gaps": [], "skipped": [], "crashed": []}}', "of version 7"),
        ('{"schemaVersion": 1, "incidents": [', "none that can be read"),
        ("\x00\xff", "no Kubernetes object"),
    ],
)
def test_a_hostile_side_is_one_sentence(run: Run, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "odd.json"
    file.write_bytes(text.encode("latin-1"))
    done = run("diff", str(file), str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
