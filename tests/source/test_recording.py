"""A recording repeats what was read and answered, and claims nothing beyond it."""

import io
import json
import os
import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kubedx.errors import DumpError, KubedxError, NamespaceAbsent, UsageError
from kubedx.kube import (
    ClusterInfo,
    ConfigMap,
    ContainerLog,
    Deployment,
    Gap,
    GapReason,
    Kind,
    Listed,
    LogKey,
    Namespace,
    Node,
    Origin,
    Pod,
    Reading,
    Recording,
    Ref,
    Secret,
)
from kubedx.source import (
    DumpSource,
    LogLimit,
    MemorySource,
    RecordedSource,
    RecordingSource,
    RecordingTarget,
    Scope,
    Source,
    files_of_recording,
)
from source.dump_material import Document, obj, pod, zipped

KINDS = (Pod.KIND, Namespace.KIND, ConfigMap.KIND, Secret.KIND, Node.KIND)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVERYTHING = Scope()
LIMIT = LogLimit()
CART = LogKey(Pod.KIND.ref("shop", "cart-1"), "api")
FORBIDDEN = Gap("v1", "Node", "", "list", GapReason.FORBIDDEN, "nodes is forbidden")
WIDGET = Kind("acme.example/v1", "Widget", "widgetries")

OBJECTS: tuple[Document, ...] = (
    obj("Namespace", "shop"),
    obj("Namespace", "billing"),
    pod(status={"containerStatuses": [{"name": "api", "restartCount": 2, "state": {"running": {}}}]}),
    pod("db-0", "billing"),
    obj("ConfigMap", "web", "shop", data={"mode": "value-of-a-config-map"}),
    obj("Secret", "db", "shop", data={"dsn": "dmFsdWU="}, type="Opaque"),
)


class Live(MemorySource):
    """A cluster in which absence must be confirmed, and whose name is that of a context."""

    def __init__(self, *more: Document, **options: Any) -> None:
        info = ClusterInfo(Origin.LIVE, "production", "v1.34.4")
        logs: dict[LogKey | str, str | Gap] = {
            "shop/cart-1/api": "ready\nfailed\n",
            "shop/cart-1/api.previous": Gap("v1", "Pod", "shop", "get log", GapReason.TIMEOUT, "late"),
        }
        super().__init__(documents=(*OBJECTS, *more), logs=logs, gaps=(FORBIDDEN,), now=NOW, cluster=info, confirmed=False, **options)


def recorded(source: Source, scope: Scope = EVERYTHING, kinds: Sequence[Kind] = KINDS) -> RecordingSource:
    """A recorder through which everything has passed once."""
    recorder = RecordingSource(source)
    custom = recorder.custom_kinds()
    recorder.read((*kinds, *custom), scope)
    for previous in (False, True):
        recorder.log(LogKey(CART.pod, "api", previous), LIMIT)
    recorder.log(LogKey(CART.pod, "gone"), LIMIT)
    recorder.get(ConfigMap.KIND, ConfigMap.KIND.ref("shop", "web"))
    recorder.get(ConfigMap.KIND, ConfigMap.KIND.ref("shop", "absent"))
    recorder.get(Secret.KIND, Secret.KIND.ref("shop", "db"))
    recorder.get(Node.KIND, Node.KIND.ref("", "node-a"))
    return recorder


def packed(recording: Recording) -> bytes:
    stream = io.BytesIO()
    RecordingTarget("-", stdout=stream).write(files_of_recording(recording, tool_version="1.2.3"), recording.reading.now)
    return stream.getvalue()


def unpacked(data: bytes) -> DumpSource:
    return DumpSource(["-"], stdin=io.BytesIO(data))


def again(recorder: RecordingSource) -> DumpSource:
    return unpacked(packed(recorder.recording()))


def as_dump(reading: Reading) -> Reading:
    """The same reading, as one of a dump."""
    cluster = ClusterInfo(Origin.DUMP, reading.cluster.name, reading.cluster.version)
    return Reading(
        cluster=cluster,
        now=reading.now,
        objects={key: tuple(sorted(found, key=lambda one: (one.namespace, one.name))) for key, found in reading.objects.items()},
        listed=reading.listed,
        gaps=reading.gaps,
        confirmed=reading.confirmed,
    )


class TestRepeating:
    @pytest.mark.parametrize("scope", [EVERYTHING, Scope(namespaces=("shop",)), Scope(excluded=("billing",))])
    def test_the_reading(self, scope: Scope) -> None:
        recorder = recorded(Live(obj("Widget", "w", "shop", WIDGET.api_version)), scope)
        source = again(recorder)
        reading = recorder.recording().reading
        kinds = (*KINDS, *source.custom_kinds())
        assert source.read(kinds, scope) == as_dump(reading)

    def test_every_answer(self) -> None:
        recorder = recorded(Live())
        source, recording = again(recorder), recorder.recording()
        assert source.log(CART, LIMIT) == ContainerLog(CART, ("ready", "failed"))
        for key, answer in recording.logs.items():
            assert source.log(key, LIMIT) == answer
        for ref, found in recording.answers.items():
            kind = next(kind for kind in KINDS if kind.group_kind == ref.group_kind)
            assert source.get(kind, ref) == found
        assert len(recording.logs) == 3
        assert len(recording.answers) == 4

    def test_a_kind_without_a_type_keeps_its_plural(self) -> None:
        class Served(Live):
            def custom_kinds(self, deadline: float | None = None) -> tuple[Kind, ...]:
                return (WIDGET,)

        source = again(recorded(Served(obj("Widget", "w", "shop", WIDGET.api_version))))
        assert source.custom_kinds() == (WIDGET,)
        assert source.read([WIDGET], EVERYTHING).objects[WIDGET.group_kind][0].kind == WIDGET

    def test_in_memory_it_is_the_same(self) -> None:
        recording = recorded(Live()).recording()
        assert RecordedSource(recording).read(KINDS, EVERYTHING) == recording.reading

    def test_a_recording_of_a_recording(self) -> None:
        first = recorded(Live()).recording()
        second = recorded(unpacked(packed(first))).recording()
        assert as_dump(second.reading) == as_dump(first.reading)
        assert (second.logs, second.answers) == (first.logs, first.answers)

    def test_the_same_recording_gives_the_same_bytes(self) -> None:
        assert packed(recorded(Live()).recording()) == packed(recorded(Live()).recording())

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "\n",
            "one",
            "one\n\n",
            '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"evil"}}\n',
            "2026-01-02T03:04:05.000000001Z stdout F x\n",
        ],
    )
    def test_odd_logs_come_back_as_they_were(self, text: str) -> None:
        lines = tuple(text.split("\n")[:-1]) if text.endswith("\n") else tuple(filter(None, [text]))
        recorder = recorded(Live())
        recording = recorder.recording()
        log = ContainerLog(CART, lines, truncated=True)
        changed = Recording(reading=recording.reading, kinds=KINDS, logs={CART: log})
        source = unpacked(packed(changed))
        assert source.log(CART, LIMIT) == log
        assert len(source.read(KINDS, EVERYTHING).objects[Pod.KIND.group_kind]) == 2

    def test_nothing_was_there(self) -> None:
        source = again(recorded(MemorySource(now=NOW)))
        assert source.read(KINDS, EVERYTHING).listed == {Listed(kind.group_kind) for kind in KINDS}


class TestPrivacy:
    def test_values_are_in_it_only_where_a_rule_asked_for_them(self) -> None:
        recorder = RecordingSource(Live())
        recorder.read(KINDS, EVERYTHING)
        unasked = _text(packed(recorder.recording()))
        assert "value-of-a-config-map" not in unasked
        asked = _text(packed(recorded(Live()).recording()))
        assert "value-of-a-config-map" in asked

    def test_no_value_of_a_secret_and_no_last_applied(self) -> None:
        annotated = pod("noted", metadata={"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "note": "kept"}})
        text = _text(packed(recorded(Live(annotated)).recording()))
        assert "dmFsdWU=" not in text
        assert "last-applied" not in text
        assert "kept" in text
        assert '"dsn"' in text


def _text(data: bytes) -> str:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return "\n".join(file.read().decode() for member in archive if (file := archive.extractfile(member)))


class TestAskedForMore:
    """What nobody asked for when the cluster was recorded is unknown."""

    def test_another_kind(self) -> None:
        reading = again(recorded(Live())).read([*KINDS, Deployment.KIND], EVERYTHING)
        assert Listed(Deployment.KIND.group_kind) not in reading.listed
        (gap,) = (gap for gap in reading.gaps if gap.kind == "Deployment")
        assert (gap.reason, gap.message) == (GapReason.NOT_IN_DUMP, "the recording was made without Deployment objects")

    @pytest.mark.parametrize(
        ("was", "now", "message"),
        [
            (Scope(namespaces=("shop",)), EVERYTHING, "the recording holds no other namespaces than shop"),
            (Scope(namespaces=("shop",)), Scope(namespaces=("shop", "billing")), "the recording holds no other namespaces than shop"),
            (Scope(excluded=("billing",)), EVERYTHING, "the recording was made without the namespaces billing"),
            (EVERYTHING, Scope(namespaces=("shop",)), ""),
            (Scope(excluded=("billing",)), Scope(namespaces=("shop",)), ""),
        ],
    )
    def test_another_scope(self, was: Scope, now: Scope, message: str) -> None:
        reading = again(recorded(Live(), was)).read(KINDS, now)
        assert [gap.message for gap in reading.gaps if gap.reason is GapReason.NOT_IN_DUMP] == ([message] if message else [])
        known = {each.namespace for each in reading.listed if each.group_kind == Pod.KIND.group_kind}
        assert known == {"shop"}
        assert {found.namespace for found in reading.objects[Pod.KIND.group_kind]} == {"shop"}

    def test_another_log(self) -> None:
        source = again(recorded(Live()))
        never = source.log(LogKey(CART.pod, "no-such-container"), LIMIT)
        other = source.log(LogKey(Pod.KIND.ref("billing", "db-0"), "api"), LIMIT)
        assert never is None
        assert isinstance(other, Gap) or other is None
        restarted = RecordedSource(Recording(reading=recorded(Live()).recording().reading, kinds=KINDS)).log(CART, LIMIT)
        assert isinstance(restarted, Gap)
        assert restarted.reason is GapReason.NOT_IN_DUMP

    def test_another_object(self) -> None:
        recorder = RecordingSource(Live())
        recorder.read(KINDS, EVERYTHING)
        source = again(recorder)
        listed = source.get(Pod.KIND, CART.pod)
        assert isinstance(listed, Pod)
        for kind, name in ((Pod.KIND, "absent"), (ConfigMap.KIND, "web")):
            gap = source.get(kind, kind.ref("shop", name))
            assert isinstance(gap, Gap)
            assert (gap.verb, gap.reason) == ("get", GapReason.NOT_IN_DUMP)
        assert source.get(Node.KIND, Node.KIND.ref("", "node-a")) == FORBIDDEN

    def test_absence_from_a_dump_needs_no_confirmation(self) -> None:
        recorder = RecordingSource(MemorySource(documents=OBJECTS, now=NOW))
        recorder.read(KINDS, EVERYTHING)
        source = again(recorder)
        assert source.get(Pod.KIND, Pod.KIND.ref("shop", "absent")) is None

    def test_a_namespace_that_was_not_there(self) -> None:
        with pytest.raises(NamespaceAbsent, match="'shopp' does not exist in the recorded cluster 'production'"):
            again(recorded(Live())).read(KINDS, Scope(namespaces=("shopp",)))


class TestDamage:
    def files(self) -> dict[str, bytes]:
        return dict(files_of_recording(recorded(Live()).recording(), tool_version="1"))

    def read(self, tmp_path: Path, files: dict[str, bytes]) -> Reading:
        for name, data in files.items():
            path = tmp_path / "recording" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return DumpSource([str(tmp_path / "recording")]).read(KINDS, EVERYTHING)

    def test_a_lost_file_is_a_gap_and_no_absence(self, tmp_path: Path) -> None:
        files = self.files()
        del files["objects/core/pods.json"]
        reading = self.read(tmp_path, files)
        assert Listed(Pod.KIND.group_kind) not in reading.listed
        assert "the recording is damaged: it holds 0 of 2 objects of kind Pod" in [gap.message for gap in reading.gaps]
        assert Listed(Namespace.KIND.group_kind) in reading.listed

    def test_a_lost_log_is_a_gap(self, tmp_path: Path) -> None:
        files = self.files()
        del files["logs/shop/cart-1/api.log"]
        self.read(tmp_path, files)
        answer = DumpSource([str(tmp_path / "recording")]).log(CART, LIMIT)
        assert isinstance(answer, Gap)
        assert answer.reason is GapReason.UNREADABLE

    def test_an_archive_that_is_cut_off(self, tmp_path: Path) -> None:
        archive = tmp_path / "recording.tar"
        RecordingTarget(str(archive)).write(list(self.files().items()), NOW)
        data = archive.read_bytes()
        archive.write_bytes(data[: data.index(b"objects/core/namespaces.json\0") + 600])
        reading = DumpSource([str(archive)]).read(KINDS, EVERYTHING)
        assert Listed(Pod.KIND.group_kind) in reading.listed
        assert Listed(Namespace.KIND.group_kind) not in reading.listed
        assert {gap.kind for gap in reading.gaps if gap.reason is GapReason.UNREADABLE} == {"", "ConfigMap", "Namespace", "Secret"}

    def test_a_zip_of_it_is_as_good(self, tmp_path: Path) -> None:
        archive = zipped(tmp_path / "r.zip", {f"deep/er/{name}": data for name, data in sorted(self.files().items(), reverse=True)})
        source = DumpSource([str(archive)])
        assert source.read(KINDS, EVERYTHING) == again(recorded(Live())).read(KINDS, EVERYTHING)
        assert source.log(CART, LIMIT) == ContainerLog(CART, ("ready", "failed"))

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"apiVersion": "recording.kubedx.dev/v9"}, "a newer kubedx"),
            ({"now": None}, "is damaged"),
            ({"kinds": [{"kind": 7}]}, "is damaged"),
        ],
    )
    def test_a_manifest_that_cannot_be_read(self, tmp_path: Path, change: dict[str, Any], message: str) -> None:
        files = self.files()
        manifest = json.loads(files["kubedx-recording.json"]) | change
        files["kubedx-recording.json"] = json.dumps(manifest).encode()
        with pytest.raises(DumpError, match=message):
            self.read(tmp_path, files)

    def test_two_recordings_are_one_too_many(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            RecordingTarget(str(tmp_path / name)).write(list(self.files().items()), NOW)
        with pytest.raises(DumpError, match="name one at a time"):
            DumpSource([str(tmp_path / "one"), str(tmp_path / "two")]).read(KINDS, EVERYTHING)

    def test_names_that_lead_astray_stay_inside(self) -> None:
        evil = LogKey(Ref("v1", "Pod", "..", "../../etc"), "/evil")
        kind = Kind("acme/v1", "../../X", "../../x")
        reading = RecordingSource(MemorySource(documents=[obj("../../X", "a", "", "acme/v1")], now=NOW)).read([kind], EVERYTHING)
        recording = Recording(reading=reading, kinds=(kind,), custom=(kind,), logs={evil: ContainerLog(evil, ("x",))})
        assert {name for name, _ in files_of_recording(recording, tool_version="1")} == {
            "kubedx-recording.json",
            "objects/other/0.json",
            "logs/other/0.log",
        }
        source = unpacked(packed(recording))
        assert len(source.read([kind], EVERYTHING).objects[kind.group_kind]) == 1
        assert source.log(evil, LIMIT) == ContainerLog(evil, ("x",))

    def test_without_its_manifest_it_is_an_ordinary_dump(self, tmp_path: Path) -> None:
        files = self.files()
        del files["kubedx-recording.json"]
        reading = self.read(tmp_path, files)
        assert [found.name for found in reading.objects[Pod.KIND.group_kind]] == ["db-0", "cart-1"]
        secret = reading.objects[Secret.KIND.group_kind][0]
        assert isinstance(secret, Secret)
        assert secret.keys == ("dsn",)
        assert DumpSource([str(tmp_path / "recording")]).log(CART, LIMIT) == ContainerLog(CART, ("ready", "failed"))


class TestWriting:
    FILES = (("kubedx-recording.json", b"{}"), ("objects/core/pods.json", b"[]"))

    def left(self, folder: Path) -> set[str]:
        return {path.name for path in folder.iterdir()}

    @pytest.mark.parametrize("name", ["r.tar.gz", "r.tgz", "r.tar", "r"])
    def test_nothing_else_is_left(self, tmp_path: Path, name: str) -> None:
        RecordingTarget(str(tmp_path / name)).write(self.FILES, NOW)
        assert self.left(tmp_path) == {name}

    def test_archives_are_for_their_owner_alone(self, tmp_path: Path) -> None:
        RecordingTarget(str(tmp_path / "r.tar.gz")).write(self.FILES, NOW)
        assert (tmp_path / "r.tar.gz").stat().st_mode & 0o077 == 0
        RecordingTarget(str(tmp_path / "r")).write(self.FILES, NOW)
        assert (tmp_path / "r").stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize("name", ["r.tar.gz", "r"])
    def test_what_exists_is_refused_and_replaced_by_force_alone(self, tmp_path: Path, name: str) -> None:
        path = str(tmp_path / name)
        RecordingTarget(path).write(self.FILES, NOW)
        with pytest.raises(UsageError, match="--force"):
            RecordingTarget(path)
        RecordingTarget(path, force=True).write(self.FILES[:1], NOW)
        assert self.left(tmp_path) == {name}

    def test_a_folder_with_anything_else_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "letter").write_text("dear")
        with pytest.raises(UsageError, match="not empty"):
            RecordingTarget(str(tmp_path / "home"), force=True)

    def test_an_empty_folder_is_filled(self, tmp_path: Path) -> None:
        (tmp_path / "r").mkdir()
        RecordingTarget(str(tmp_path / "r")).write(self.FILES, NOW)
        assert (tmp_path / "r" / "objects" / "core" / "pods.json").read_bytes() == b"[]"
        assert self.left(tmp_path) == {"r"}

    @pytest.mark.parametrize("name", ["r.tar.gz", "r"])
    def test_what_comes_to_exist_meanwhile_is_not_overwritten(self, tmp_path: Path, name: str) -> None:
        target = RecordingTarget(str(tmp_path / name))
        (tmp_path / name).write_text("mine") if "." in name else (tmp_path / name / "mine").mkdir(parents=True)
        with pytest.raises(KubedxError):
            target.write(self.FILES, NOW)
        assert self.left(tmp_path) == {name}

    def test_a_failure_leaves_nothing(self, tmp_path: Path) -> None:
        def failing() -> Any:
            yield self.FILES[0]
            raise OSError(28, os.strerror(28))

        for name in ("r.tar.gz", "r"):
            with pytest.raises(KubedxError, match=rf"cannot write .*/{name}: No space left on device; free some space"):
                RecordingTarget(str(tmp_path / name)).write(failing(), NOW)
        assert self.left(tmp_path) == set()

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("", "needs --output"),
            ("r.zip", "is a .tar.gz, a .tar or a folder"),
            ("r.json", "is a .tar.gz, a .tar or a folder"),
            ("absent/r.tar.gz", "there is no folder"),
            ("folder.tar.gz", "it is a folder"),
            ("file", "exists and is no folder"),
        ],
    )
    def test_what_cannot_work_is_refused_at_once(self, tmp_path: Path, name: str, message: str) -> None:
        (tmp_path / "folder.tar.gz").mkdir()
        (tmp_path / "file").write_text("x")
        with pytest.raises(UsageError, match=message):
            RecordingTarget(str(tmp_path / name) if name else "")

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
    def test_a_folder_that_is_not_ours(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o500)
        with pytest.raises(KubedxError, match="Permission denied"):
            RecordingTarget(str(tmp_path / "r.tar.gz")).write(self.FILES, NOW)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    def test_a_full_device(self) -> None:
        with pytest.raises(KubedxError, match="cannot write /dev/full: No space left on device"):
            RecordingTarget("/dev/full").write(self.FILES, NOW)
