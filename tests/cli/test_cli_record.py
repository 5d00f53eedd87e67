"""`kubedx record` as a user meets it."""

import io
import json
import os
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cli.conftest import Run, command
from kubedx.cli.record import RecordOptions, record
from kubedx.errors import DumpError
from kubedx.kube import Recording
from kubedx.redact import redact_recording
from kubedx.redact.recording import Redaction


def diagnosis(run: Run, *words: str) -> Any:
    done = run("analyze", *words, "-o", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    document["cluster"].pop("source")
    return document


@pytest.mark.parametrize("name", ["dump.tar.gz", "dump.tgz", "dump.tar", "dump"])
def test_what_is_recorded_is_diagnosed_alike(run: Run, tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    done = run("record", "--demo", "-o", path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("kubedx: recorded ")
    assert done.stderr.endswith(f" logs to {path}\n")
    assert diagnosis(run, "--from", path) == diagnosis(run, "--demo")


def test_flags_of_analyze_mean_the_same(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "dump.tar.gz")
    flags = ("-n=default", "--filter=Pod", "--logs=none")
    assert run("record", "--demo", *flags, "-o", path, "-q").stderr == ""
    assert diagnosis(run, "--from", path, *flags) == diagnosis(run, "--demo", *flags)


def test_more_than_was_recorded_is_a_gap(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "dump.tar.gz")
    run("record", "--demo", "-n=default", "-o", path)
    messages = {gap["message"] for gap in diagnosis(run, "--from", path)["coverage"]["gaps"]}
    assert "the recording holds no other namespaces than default" in messages


def test_to_standard_output_and_back(environment: dict[str, str], run: Run) -> None:
    packed = subprocess.run(
        [*command(), "record", "--demo", "-o", "-"], env=environment, capture_output=True, check=True, timeout=60
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        assert archive.getnames()[0] == "kubedx-recording.json"
    words = [*command(), "analyze", "--from", "-", "-o", "json"]
    again = subprocess.run(words, env=environment, input=packed, capture_output=True, check=True, timeout=60).stdout
    document = json.loads(again)
    document["cluster"].pop("source")
    assert document == diagnosis(run, "--demo")


def test_names_are_masked_on_demand(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "share"
    done = run("record", "--demo", "--redact", "-o", str(path))
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1  # and no warning that incidents were lost
    assert ", names masked" in done.stderr
    masked, plain = diagnosis(run, "--from", str(path)), diagnosis(run, "--demo")
    assert [one["rootCause"]["code"] for one in masked["incidents"]] == [one["rootCause"]["code"] for one in plain["incidents"]]
    name = plain["incidents"][0]["rootCause"]["subject"]["name"]
    assert name not in json.dumps(masked)
    assert masked["cluster"]["name"] == "redacted"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "kubedx: record needs --output: a file such as dump.tar.gz, a folder, or - for standard output\n"),
        (("-o", "dump.zip"), 'kubedx: a recording is a .tar.gz, a .tar or a folder; "dump.zip" is none of them\n'),
        (("-o", "dump.tar.gz", "--logs=some"), 'kubedx: --logs is one of none, suspects, sample, all, not "some"\n'),
        (("-o", "dump.tar.gz", "--explain"), "kubedx: unknown flag --explain; --help lists all flags\n"),
    ],
)
def test_wrong_usage_is_one_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    done = run("record", "--demo", *words)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)


def test_nothing_is_overwritten_without_force(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "dump.tar.gz"
    path.write_text("mine")
    done = run("record", "--demo", "-o", str(path))
    assert done.returncode == 2
    assert done.stderr == f"kubedx: cannot write {path}: it exists; name another file, or give --force\n"
    assert path.read_text() == "mine"
    assert run("record", "--demo", "-o", str(path), "--force").returncode == 0
    assert path.read_bytes()[:2] == b"\x1f\x8b"


def test_without_a_cluster_nothing_is_written(run: Run, tmp_path: Path) -> None:
    done = run("record", "-o", str(tmp_path / "dump.tar.gz"))
    assert done.returncode == 1
    assert "no cluster is configured" in done.stderr
    assert not list(tmp_path.glob("*dump*"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_one_sentence(environment: dict[str, str], run: Run) -> None:
    done = run("record", "--demo", "-o", "/dev/full")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot write /dev/full: No space left on device" in done.stderr
    with Path("/dev/full").open("wb") as full:
        piped = subprocess.run(
            [*command(), "record", "--demo", "-o", "-"], env=environment, stdout=full, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert (piped.returncode, piped.stderr.count(b"\n")) == (1, 1)


def test_a_reader_that_leaves_early_ends_it_quietly(environment: dict[str, str]) -> None:
    out, into = os.pipe()
    os.close(out)
    done = subprocess.run(
        [*command(), "record", "--demo", "-o", "-"], env=environment, stdout=into, stderr=subprocess.PIPE, check=False, timeout=60
    )
    os.close(into)
    assert (done.returncode, done.stderr) == (141, b"")


def test_help_shows_how(run: Run) -> None:
    text = run("record", "--help").stdout
    assert "kubedx record -o share.tar.gz --redact" in text
    assert "kubedx analyze --from dump.tar.gz" in text


def test_a_masked_recording_that_does_not_tell_the_same_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(recording: Recording) -> Redaction:
        redaction = redact_recording(recording)
        nothing = dict.fromkeys(redaction.recording.reading.objects, ())
        reading = msgspec.structs.replace(redaction.recording.reading, objects=nothing)
        return Redaction(msgspec.structs.replace(redaction.recording, reading=reading), redaction.mask)

    monkeypatch.setattr("kubedx.redact.redact_recording", lossy)
    path = tmp_path / "share.tar.gz"
    with pytest.raises(DumpError, match=r"would not tell the same incidents \(0 instead of \d+; .* differs\), so nothing was written"):
        record(RecordOptions(demo=True, redact=True, output=str(path), quiet=True))
    assert not list(tmp_path.iterdir())
