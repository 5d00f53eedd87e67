"""What a user may name as a dump: files, folders, pipes, and what is refused."""

import json
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kubedx.errors import DumpError
from kubedx.kube import ContainerLog, Gap, GapReason, LogKey, Origin, Pod, Ref
from kubedx.source import DumpLimits, DumpSource, LogLimit, Scope, demo_source
from source.dump_material import ALL_KINDS, listing, names, obj, pod, read, sweep, tar, write, zipped


class TestPaths:
    def test_several(self, tmp_path: Path) -> None:
        reading = read(write(tmp_path / "a", pod()), write(tmp_path / "b", pod("cart-2")))
        assert names(reading) == ["cart-1", "cart-2"]
        assert reading.cluster.name == "a, b"
        assert reading.cluster.source is Origin.DUMP
        assert reading.confirmed

    def test_a_folder_in_a_fixed_order(self, tmp_path: Path) -> None:
        for name in ("z/3.json", "a/1.json", "b.json"):
            write(tmp_path / "dump" / name, obj("Deployment", "cart", "shop", "apps/v1", spec={"replicas": len(name)}))
        first = read(tmp_path / "dump")
        assert read(str(tmp_path / "dump") + "/").objects == first.objects
        assert first.cluster.name == "dump"

    def test_there_is_no_such_file(self, tmp_path: Path) -> None:
        with pytest.raises(DumpError, match=r"cannot read .*gone: there is no such file or folder"):
            read(tmp_path / "gone")

    def test_a_name_that_no_file_can_have(self) -> None:
        with pytest.raises(DumpError, match="cannot read"):
            read("a\0b")

    def test_a_device(self) -> None:
        with pytest.raises(DumpError, match="is a device"):
            read("/dev/zero")

    @pytest.mark.parametrize(
        "content", [b"", b"only text\n", b"\x7fELF" + bytes(1000), b"{}", b"[]", b"key: value\n", b'{"a": 1}\n{"b": 2}\n', b"{broken"]
    )
    def test_nothing_in_it(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "file").write_bytes(content)
        with pytest.raises(DumpError, match=r"^no Kubernetes object in .*file \(1 file\); expected are the objects of `kubectl get"):
            read(tmp_path / "file")

    def test_nothing_in_a_folder(self, tmp_path: Path) -> None:
        (tmp_path / "shop" / "cart-1").mkdir(parents=True)
        (tmp_path / "shop" / "cart-1" / "api.log").write_text("started\n")
        (tmp_path / "picture").write_bytes(bytes(range(256)))
        with pytest.raises(DumpError, match=r"\(2 files, 1 of which may be logs\)"):
            read(tmp_path)

    def test_files_that_are_no_part_of_it_are_ignored(self, tmp_path: Path) -> None:
        write(tmp_path / "objects", listing(pod()))
        (tmp_path / "truth.yaml").write_text("root_cause: {kind: Pod}\n")
        (tmp_path / "values.json").write_text('{"replicas": 3')
        (tmp_path / "notes.md").write_text("kind: words\n")
        (tmp_path / "program").write_bytes(b"\x7fELF\0\0apiVersion: v1")
        assert not [gap for gap in read(tmp_path).gaps if not gap.kind]

    def test_what_a_named_file_is_called_does_not_matter(self, tmp_path: Path) -> None:
        text = json.dumps({"items": [pod()], "note": "an order of keys that kubectl never writes"})
        for name in ("dump.log", "dump.txt", "dump"):
            (tmp_path / name).write_text(text)
            assert names(read(tmp_path / name)) == ["cart-1"]

    def test_a_pipe(self, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(json.dumps(listing(pod())).encode(),))
        writer.start()
        try:
            assert names(read(pipe)) == ["cart-1"]
        finally:
            writer.join()

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_a_file_that_may_not_be_read(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a", pod())
        path.chmod(0)
        with pytest.raises(DumpError, match=r"cannot read .*: Permission denied"):
            read(path)


class TestFolders:
    def test_pipes_and_sockets_are_passed_over(self, tmp_path: Path) -> None:
        write(tmp_path / "objects", listing(pod()))
        os.mkfifo(tmp_path / "pipe.json")
        assert names(read(tmp_path)) == ["cart-1"]

    def test_loops_of_links_end(self, tmp_path: Path) -> None:
        write(tmp_path / "a" / "objects", listing(pod()))
        (tmp_path / "a" / "loop").symlink_to(tmp_path)
        (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
        assert names(read(tmp_path)) == ["cart-1"]

    def test_links_that_leave_are_refused(self, tmp_path: Path) -> None:
        write(tmp_path / "outside", listing(pod("evil")))
        write(tmp_path / "dump" / "objects", listing(pod()))
        (tmp_path / "dump" / "link.json").symlink_to(tmp_path / "outside")
        (tmp_path / "dump" / "up").symlink_to(tmp_path)
        reading = read(tmp_path / "dump")
        assert names(reading) == ["cart-1"]
        assert len([gap for gap in reading.gaps if "link that leaves" in gap.message]) == 2

    def test_links_within_are_followed(self, tmp_path: Path) -> None:
        write(tmp_path / "real" / "objects", listing(pod()))
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "cart-1").symlink_to(tmp_path / "deep")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "api.log").write_text("started\n")
        assert names(read(tmp_path)) == ["cart-1"]

    def test_a_folder_named_through_a_link(self, tmp_path: Path) -> None:
        write(tmp_path / "real" / "objects", listing(pod()))
        (tmp_path / "dump").symlink_to(tmp_path / "real")
        assert names(read(tmp_path / "dump")) == ["cart-1"]

    def test_too_many_files(self, tmp_path: Path) -> None:
        for number in range(8):
            (tmp_path / f"{number}.txt").write_text("x")
        with pytest.raises(DumpError, match="it holds more than 5 files; name the folder of the dump alone"):
            read(tmp_path, limits=DumpLimits(files=5))

    def test_too_deep(self, tmp_path: Path) -> None:
        write(tmp_path / "objects", listing(pod()))
        write(tmp_path / "a" / "b" / "c" / "d" / "objects", listing(pod("cart-2")))
        reading = read(tmp_path, limits=DumpLimits(depth=2))
        assert names(reading) == ["cart-1"]
        assert any("deeper than 2 folders" in gap.message for gap in reading.gaps)

    def test_names_that_are_no_text(self, tmp_path: Path) -> None:
        write(tmp_path / "objects", listing(pod()))
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json")).write_text("{")
        assert names(read(tmp_path)) == ["cart-1"]


class TestLimits:
    def test_a_file_that_is_too_large(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a", listing(pod()), [" " * 3_000_000])
        with pytest.raises(DumpError, match=r"a is larger than 2 MB"):
            read(path, limits=DumpLimits(file=2 * 1024 * 1024))

    def test_files_that_are_too_large_together(self, tmp_path: Path) -> None:
        for name in "abc":
            write(tmp_path / name, listing(pod(f"cart-{name}")), [" " * 900_000])
        reading = read(tmp_path, limits=DumpLimits(objects=2_000_000))
        assert names(reading) == ["cart-a", "cart-b"]
        assert any("c is not read: together with the files before it" in gap.message for gap in reading.gaps)

    def test_a_pipe_that_is_too_large(self, tmp_path: Path) -> None:
        with (
            (write(tmp_path / "a", [" " * 3_000_000])).open("rb") as stdin,
            pytest.raises(DumpError, match="standard input: it is larger than 2 MB"),
        ):
            read("-", stdin=stdin, limits=DumpLimits(file=2 * 1024 * 1024))

    def test_yaml_that_is_too_large(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("apiVersion: v1\nkind: Pod\n" + "# \n" * 1_000_000)
        with pytest.raises(DumpError, match="is YAML of more than 1 MB; write it as JSON"):
            read(tmp_path / "a.yaml", limits=DumpLimits(yaml=1024 * 1024))

    def test_a_time_limit_that_has_passed(self, tmp_path: Path) -> None:
        source = DumpSource([str(write(tmp_path / "a", listing(pod())))])
        with pytest.raises(DumpError, match="the time that was given ended"):
            source.read(ALL_KINDS, Scope(), time.monotonic() - 1)

    def test_a_time_limit_that_passes_on_the_way(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write(tmp_path / "a", sweep(pod()))
        write(tmp_path / "b", listing(pod("cart-2")))
        ticks: Iterator[float] = iter([0.0, 0.0] + [10.0] * 100)
        monkeypatch.setattr(time, "monotonic", lambda: next(ticks))
        reading = DumpSource([str(tmp_path)]).read(ALL_KINDS, Scope(), 5.0)
        assert names(reading) == ["cart-1"]
        assert GapReason.TIMEOUT in {gap.reason for gap in reading.gaps}
        assert any(gap.kind == "Deployment" for gap in reading.gaps)


class TestUse:
    def test_read_once_whatever_is_asked(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a", listing(pod()))
        source = DumpSource([str(path)])
        first = source.read(ALL_KINDS, Scope())
        path.unlink()
        assert source.read(ALL_KINDS, Scope()) == first
        assert source.get(Pod.KIND, Ref("v1", "Pod", "shop", "cart-1")) is not None

    def test_from_many_threads(self, tmp_path: Path) -> None:
        basket = obj("Basket", "b", "shop", "shop.example/v1")
        logs = {f"shop/cart-{number}/api.log": f"log {number}\n".encode() for number in range(20)}
        pods = listing(*(pod(f"cart-{number}") for number in range(20)), basket)
        source = DumpSource([str(tar(tmp_path / "dump.tar", {"objects": json.dumps(pods).encode(), **logs}, mode="w"))])

        def ask(number: int) -> Any:
            found = source.log(LogKey(Ref("v1", "Pod", "shop", f"cart-{number % 20}"), "api"), LogLimit())
            assert isinstance(found, ContainerLog)
            return found.lines, source.read([*ALL_KINDS, *source.custom_kinds()], Scope())

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(40)))
        source.close()
        assert [lines for lines, _ in answers] == [(f"log {number % 20}",) for number in range(40)]
        assert len({len(reading.objects) for _, reading in answers}) == 1

    def test_closing_twice_and_before_the_first_use(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a", listing(pod()))
        source = DumpSource([str(path)])
        source.close()
        source.close()
        assert names(source.read(ALL_KINDS, Scope())) == ["cart-1"]

    def test_the_same_dump_gives_the_same_reading(self, tmp_path: Path) -> None:
        write(tmp_path / "dump" / "objects", sweep(pod()))
        os.utime(tmp_path / "dump" / "objects", (0, 0))
        first = read(tmp_path / "dump")
        os.utime(tmp_path / "dump" / "objects", (10**9, 10**9))
        assert read(tmp_path / "dump") == first

    def test_the_demo_cluster(self) -> None:
        source = demo_source()
        reading = source.read(ALL_KINDS, Scope())
        source.close()
        assert (reading.cluster.source, reading.cluster.name) == (Origin.DEMO, "demo")
        assert reading.objects[Pod.KIND.group_kind]
        assert not [gap for gap in reading.gaps if gap.reason is GapReason.UNREADABLE]

    def test_a_log_in_a_closed_archive_is_a_gap(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "dump.zip", {"objects": json.dumps(listing(pod())).encode(), "shop/cart-1/api.log": b"one\n"})
        source = DumpSource([str(path)])
        key = LogKey(Ref("v1", "Pod", "shop", "cart-1"), "api")
        assert isinstance(source.log(key, LogLimit()), ContainerLog)
        source.close()
        found = source.log(key, LogLimit())
        assert isinstance(found, Gap)
        assert found.reason is GapReason.UNREADABLE
