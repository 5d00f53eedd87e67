"""Baselines over time: what is acknowledged, what comes back, and files that are none."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from kubedx.cli.baseline import MAX_SIZE, read_baseline
from kubedx.errors import ConfigError

ENTRY = {"id": "0123456789abcdef", "severity": "error", "title": "t", "reason": "known", "expires": "2999-01-01"}


def baseline(*entries: dict[str, Any], **more: Any) -> str:
    return json.dumps({"baselineVersion": 1, "acknowledged": list(entries), **more})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "3",
        '"x"',
        "{}",
        '{"acknowledged": null}',
        '{"acknowledged": {}}',
        '{"acknowledged": [null]}',
        '{"acknowledged": [3]}',
        baseline({**ENTRY, "id": None}),
        baseline({**ENTRY, "severity": "dreadful"}),
        baseline({**ENTRY, "reason": None}),
        baseline({**ENTRY, "expires": "soon"}),
        baseline({**ENTRY, "expires": 20270101}),
        baseline({key: value for key, value in ENTRY.items() if key != "reason"}),
        baseline(ENTRY, baselineVersion="1"),
        baseline(ENTRY, baselineVersion=7),
        "\x00\xff\xfe",
        "[" * 100_000,
        '{"acknowledged": [' + '{"a":' * 5000,
    ],
    ids=range(21),
)
def test_a_file_that_is_no_baseline_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "known.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as told:
        read_baseline(str(file))

    assert str(file) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_far_too_large_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_bytes(baseline(ENTRY).encode() + b" " * MAX_SIZE)
    with pytest.raises(ConfigError, match="larger than 16 MiB"):
        read_baseline(str(file))


def test_an_error_of_a_baseline_is_the_one_line_that_is_printed(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_text("null")
    done = run("analyze", "--demo", "-n", "default", "--baseline", str(file))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_a_folder_is_no_baseline(run: Run, tmp_path: Path) -> None:
    for words in (("--baseline", str(tmp_path)), ("--write-baseline", str(tmp_path))):
        done = run("analyze", "--demo", "-n", "default", *words)
        assert done.returncode in {1, 2}
        assert done.stderr.count("\n") == 1


def test_what_another_cluster_acknowledges_suppresses_nothing_here(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    file.write_text(baseline(ENTRY, {**ENTRY, "id": "not an id"}))
    with_it = json.loads(run("analyze", "--demo", "-n", "default", "--baseline", str(file), "-o", "json").stdout)
    without = json.loads(run("analyze", "--demo", "-n", "default", "-o", "json").stdout)

    assert with_it["suppressed"] == 0
    assert [one["id"] for one in with_it["incidents"]] == [one["id"] for one in without["incidents"]]


def written(run: Run, file: Path) -> dict[str, Any]:
    run("analyze", "--demo", "-n", "default", "--write-baseline", str(file), "--reason", "T-1 waits for the vendor", "--expires", "30d")
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def test_a_time_beyond_the_calendar_ends_with_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    done = run("analyze", "--demo", "-n", "default", "--write-baseline", str(file), "--expires", "9999999d")

    assert done.returncode == 0
    assert {entry["expires"] for entry in json.loads(file.read_text())["acknowledged"]} == {"9999-12-31"}


def test_what_is_over_comes_back_and_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    document = written(run, file)
    held = json.loads(run("analyze", "--demo", "-n", "default", "--baseline", str(file), "-o", "json", "--fail-on", "error").stdout)
    for entry in document["acknowledged"]:
        entry["expires"] = "2020-01-31"
    file.write_text(json.dumps(document))
    done = run("analyze", "--demo", "-n", "default", "--baseline", str(file), "--fail-on", "error")

    assert (held["suppressed"], held["incidents"]) == (len(document["acknowledged"]), [])
    assert held["suppressions"][0]["reason"] == "T-1 waits for the vendor"
    assert done.returncode == 3
    said = " ".join(done.stdout.split())
    assert "was acknowledged until 2020-01-31 (T-1 waits for the vendor) and is reported again" in said


def test_what_got_worse_comes_back_and_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    document = written(run, file)
    for entry in document["acknowledged"]:
        entry["severity"] = "info"
    file.write_text(json.dumps(document))
    done = run("analyze", "--demo", "-n", "default", "--baseline", str(file), "--fail-on", "error")

    assert done.returncode == 3
    assert "was acknowledged as info" in " ".join(done.stdout.split())


def test_the_report_counts_what_it_does_not_tell(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "known.json"
    document = written(run, file)
    done = run("analyze", "--demo", "-n", "default", "--baseline", str(file))

    count = len(document["acknowledged"])
    assert f"{count} incident{'s' if count > 1 else ''} suppressed" in " ".join(done.stdout.split())


@pytest.mark.parametrize("reason", ["", "  ", "\t"])
def test_without_a_reason_nothing_is_acknowledged(run: Run, tmp_path: Path, reason: str) -> None:
    file = tmp_path / "known.json"
    document = written(run, file)
    for entry in document["acknowledged"]:
        entry["reason"] = reason
    file.write_text(json.dumps(document))

    assert json.loads(run("analyze", "--demo", "-n", "default", "--baseline", str(file), "-o", "json").stdout)["suppressed"] == 0
