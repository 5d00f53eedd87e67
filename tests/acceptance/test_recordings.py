"""What is recorded is diagnosed alike, without the cluster and without its names."""

import io
import ipaddress
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kubedx.findings import Diagnosis, Severity, to_document
from kubedx.kube import GroupKind, Ingress, Recording
from kubedx.pipeline import Request, diagnose
from kubedx.redact import Redaction, redact_recording
from kubedx.redact.vocabulary import OWN_NAMES, SENTENCES
from kubedx.source import DumpSource, RecordedSource, RecordingSource, RecordingTarget, demo_source, files_of_recording

CLUSTERS = Path(__file__).resolve().parents[3] / "shared" / "clusters"
FOLDERS = sorted(path.parent for path in CLUSTERS.glob("*/objects.json"))
EVERY = max(1, len(FOLDERS) // 12)
SOME = [None, *FOLDERS[::EVERY]]
OTHERS = [folder for folder in FOLDERS if folder not in SOME]
NAMED = {
    "Namespace",
    "Pod",
    "Node",
    "Service",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "CronJob",
    "Secret",
    "Ingress",
}
EVERYTHING = Request(level=Severity.INFO)

some = pytest.mark.parametrize("folder", SOME, ids=lambda folder: folder.name if folder else "demo")
others = pytest.mark.parametrize("folder", OTHERS, ids=lambda folder: folder.name)


def source_of(folder: Path | None) -> DumpSource:
    return DumpSource([str(folder)]) if folder else demo_source()


@cache
def recorded(folder: Path | None) -> tuple[Diagnosis, Recording]:
    """The diagnosis of a cluster, and the recording that was made with it."""
    source = RecordingSource(source_of(folder))
    diagnosis = diagnose(source, EVERYTHING)
    source.close()
    return diagnosis, source.recording()


@cache
def redacted(folder: Path | None) -> tuple[Diagnosis, Redaction]:
    redaction = redact_recording(recorded(folder)[1])
    return diagnose(RecordedSource(redaction.recording), EVERYTHING), redaction


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    return to_document(diagnosis, tool_version="0")


def repeats(folder: Path | None) -> None:
    diagnosis, recording = recorded(folder)
    stream = io.BytesIO()
    RecordingTarget("-", stdout=stream).write(files_of_recording(recording, tool_version="0"), recording.reading.now)
    repeated = document(diagnose(DumpSource(["-"], stdin=io.BytesIO(stream.getvalue())), EVERYTHING))
    assert repeated["cluster"]["source"] == "dump"
    repeated["cluster"]["source"] = diagnosis.cluster.source.value
    assert msgspec.json.encode(repeated) == msgspec.json.encode(document(diagnosis))


def tells_the_same_as_the_dump(folder: Path | None) -> None:
    """The values of ConfigMaps, which a recording leaves out, must have been asked for where they matter."""
    assert [one.id for one in diagnose(source_of(folder), EVERYTHING).incidents] == [one.id for one in recorded(folder)[0].incidents]


def keeps_incidents(folder: Path | None) -> None:
    diagnosis, _ = recorded(folder)
    masked, redaction = redacted(folder)

    def marks(found: Diagnosis) -> list[tuple[Any, ...]]:
        return [
            (one.rank, one.severity, one.confidence, one.root_cause.code, one.root_cause.subject.kind, len(one.symptoms), len(one.affected))
            for one in found.incidents
        ]

    assert marks(masked) == marks(diagnosis)
    names = [redaction.mask(one.root_cause.subject.name) for one in diagnosis.incidents]
    assert [one.root_cause.subject.name for one in masked.incidents] == names


def says_no_name(folder: Path | None) -> None:
    _, recording = recorded(folder)
    masked = redacted(folder)[1].recording
    text = said(masked)
    leaks = [name for name in (*own_names(recording), *hosts(recording)) if re.search(word(name), text, re.IGNORECASE)]
    assert leaks == []
    assert addresses(said(recording)) & addresses(text) <= {"0.0.0.0", "127.0.0.1", "255.255.255.255"}


def said(recording: Recording) -> str:
    """All text of a recording, without what is the same in every one: names of fields, API groups, labels and names of Kubernetes."""
    text = "\n".join(f"{name}\n{data.decode()}" for name, data in files_of_recording(recording, tool_version="0"))
    text = re.sub(r'"(?:kind|plural)": ?"\w+"|"[A-Za-z0-9]+" ?:|\b\w+://', "", text)
    text = re.sub(r"[a-z0-9.-]*\b(?:kubernetes|k8s)\.io(?:/[\w.-]*)?", "", text)
    for name in sorted(OWN_NAMES, key=len, reverse=True):
        text = text.replace(name, "")
    return text


def own_names(recording: Recording) -> Iterator[str]:
    for group_kind, objects in recording.reading.objects.items():
        for found in objects if group_kind.kind in NAMED else ():
            # A word of sentences, such as `lookup`, stays where it stands in one.
            if not any(found.name == own or found.name.startswith(f"{own}-") for own in OWN_NAMES) and found.name not in SENTENCES:
                yield found.name


def hosts(recording: Recording) -> Iterator[str]:
    for found in recording.reading.objects.get(GroupKind("networking.k8s.io", "Ingress"), ()):
        assert isinstance(found, Ingress)
        yield from (rule.host for rule in found.spec.rules if rule.host)


def addresses(text: str) -> set[str]:
    found = set()
    for candidate in re.findall(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])", text):
        try:
            found.add(str(ipaddress.ip_address(candidate)))
        except ValueError:
            continue
    return found


def word(name: str) -> str:
    return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"


@some
def test_a_recording_repeats_the_diagnosis_to_the_byte(folder: Path | None) -> None:
    repeats(folder)


@some
def test_a_recording_of_a_dump_tells_what_the_dump_tells(folder: Path | None) -> None:
    tells_the_same_as_the_dump(folder)


@some
def test_a_redacted_recording_has_the_same_incidents(folder: Path | None) -> None:
    keeps_incidents(folder)


@some
def test_a_redacted_recording_says_no_name(folder: Path | None) -> None:
    says_no_name(folder)


@pytest.mark.slow
@others
def test_so_with_every_recorded_cluster(folder: Path) -> None:
    repeats(folder)
    tells_the_same_as_the_dump(folder)
    keeps_incidents(folder)
    says_no_name(folder)
