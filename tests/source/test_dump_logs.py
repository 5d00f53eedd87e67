"""Which file of a dump is the log of which container, and what of it is read."""

from pathlib import Path
from typing import Any

import pytest

from kubedx.kube import ContainerLog, Gap, GapReason, LogKey, Ref
from kubedx.source import DumpSource, LogLimit
from source.dump_material import Document, listing, log_of, names, obj, pod, read, write

START = "==== START logs for container {} of pod shop/cart-1 ===="
END = "==== END logs for container {} of pod shop/cart-1 ===="


def dump(tmp_path: Path, logs: dict[str, str | bytes], *more: Document) -> Path:
    two = {"containers": [{"name": "api"}, {"name": "proxy"}], "initContainers": [{"name": "migrate"}]}
    write(tmp_path / "objects.json", listing(obj("Pod", "cart-1", "shop", spec=two), *more))
    for name, text in logs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tmp_path


class TestPlaces:
    @pytest.mark.parametrize(
        "name",
        [
            "logs/shop/cart-1/api.log",
            "shop/cart-1/api.log",
            "cart-1/api.log",
            "any/where/at/all/shop/cart-1/api.log",
            "shop/cart-1/api.txt",
            "shop/cart-1/api",
            "shop/cart-1/api/current.log",
            "cart-1/api/stdout",
            "namespaces/shop/pods/cart-1/api/api/logs/current.log",
            "var/log/pods/shop_cart-1_0f3a/api/0.log",
        ],
    )
    def test_current(self, tmp_path: Path, name: str) -> None:
        path = dump(tmp_path, {name: "one\n"})
        assert log_of(path) == ("one",)
        assert isinstance(log_of(path, "proxy"), Gap)

    @pytest.mark.parametrize(
        "name",
        [
            "logs/shop/cart-1/api.previous.log",
            "cart-1/api-previous.log",
            "shop/cart-1/api/previous.log",
            "namespaces/shop/pods/cart-1/api/api/logs/previous.log",
            "cart-1/api/previous/log.txt",
        ],
    )
    def test_previous(self, tmp_path: Path, name: str) -> None:
        path = dump(tmp_path, {name: "zero\n"}, pod("other", "billing"))
        assert log_of(path, previous=True) == ("zero",)

    def test_runs_by_number(self, tmp_path: Path) -> None:
        folder = "pods/shop_cart-1_0f3a/api"
        path = dump(tmp_path, {f"{folder}/{run}.log": f"run {run}\n" for run in (2, 9, 10)})
        assert log_of(path) == ("run 10",)
        assert log_of(path, previous=True) == ("run 9",)

    def test_init_containers(self, tmp_path: Path) -> None:
        assert log_of(dump(tmp_path, {"shop/cart-1/migrate.log": "done\n"}), "migrate") == ("done",)

    def test_a_container_with_a_dot_in_the_name_of_another(self, tmp_path: Path) -> None:
        odd = obj("Pod", "odd", "shop", spec={"containers": [{"name": "a"}, {"name": "a-previous"}]})
        path = dump(tmp_path, {"shop/odd/a-previous.log": "its own\n"}, odd)
        assert log_of(path, "a-previous", pod_name="odd") == ("its own",)

    def test_pods_of_one_name_in_two_namespaces(self, tmp_path: Path) -> None:
        path = dump(
            tmp_path,
            {"shop/cart-1/api.log": "shop\n", "billing/cart-1/api.log": "billing\n", "cart-1/api.log": "whose\n"},
            pod("cart-1", "billing"),
        )
        assert log_of(path) == ("shop",)
        assert log_of(path, namespace="billing") == ("billing",)

    def test_a_pod_of_another_namespace_is_not_taken_for_it(self, tmp_path: Path) -> None:
        assert isinstance(log_of(dump(tmp_path, {"billing/cart-1/api.log": "billing\n"}, pod("db-0", "billing"))), Gap)

    def test_all_containers_in_one_file(self, tmp_path: Path) -> None:
        text = f"{START.format('api')}\none\ntwo\n{END.format('api')}\n{START.format('proxy')}\nthree\n{END.format('proxy')}\n"
        path = dump(tmp_path, {"shop/cart-1/logs.txt": text})
        assert log_of(path) == ("one", "two")
        assert log_of(path, "proxy") == ("three",)
        assert isinstance(log_of(path, "migrate"), Gap)
        assert isinstance(log_of(path, previous=True), Gap)

    def test_a_log_in_json_is_no_object(self, tmp_path: Path) -> None:
        line = '{"level":"info","kind":"Pod","apiVersion":"v1","metadata":{"name":"evil"}}\n'
        path = dump(tmp_path, {"shop/cart-1/api.log": line})
        assert log_of(path) == (line.strip(),)
        assert not [gap for gap in read(path).gaps if not gap.kind]

    def test_objects_where_a_log_might_lie(self, tmp_path: Path) -> None:
        write(tmp_path / "shop" / "output" / "pods.log", listing(pod("cart-2")))
        path = dump(tmp_path, {"shop/cart-1/api.log": "one\n"})
        assert names(read(path)) == ["cart-1", "cart-2"]


class TestWhatIsThere:
    def with_status(self, tmp_path: Path, **status: Any) -> Path:
        fields = {"containerStatuses": [{"name": "api", **status}]} if status else {}
        return write(tmp_path / "objects", listing(pod(status=fields)))

    def test_a_container_that_never_started_has_none(self, tmp_path: Path) -> None:
        path = self.with_status(tmp_path, restartCount=0, state={"waiting": {"reason": "ImagePullBackOff"}})
        assert log_of(path) is None
        assert log_of(path, previous=True) is None

    def test_a_container_that_never_restarted_has_no_previous_one(self, tmp_path: Path) -> None:
        path = self.with_status(tmp_path, restartCount=0, state={"running": {}})
        assert log_of(path, previous=True) is None
        assert isinstance(log_of(path), Gap)

    def test_a_container_that_is_not_there_has_none(self, tmp_path: Path) -> None:
        assert log_of(self.with_status(tmp_path, state={"running": {}}), "other") is None

    def test_what_the_dump_lacks_is_a_gap(self, tmp_path: Path) -> None:
        path = self.with_status(tmp_path, restartCount=3, state={"waiting": {}})
        for asked in (log_of(path), log_of(path, previous=True), log_of(path, pod_name="gone")):
            assert isinstance(asked, Gap)
            assert (asked.verb, asked.reason) == ("get log", GapReason.NOT_IN_DUMP)
        assert asked.name == "gone"


class TestEnd:
    def read(self, path: Path, **limit: int) -> ContainerLog:
        found = DumpSource([str(path)]).log(LogKey(Ref("v1", "Pod", "shop", "cart-1"), "api"), LogLimit(**limit))
        assert isinstance(found, ContainerLog)
        return found

    def test_the_last_lines(self, tmp_path: Path) -> None:
        path = dump(tmp_path, {"shop/cart-1/api.log": "".join(f"line {number}\n" for number in range(100_000))})
        found = self.read(path)
        assert (len(found.lines), found.lines[-1], found.truncated) == (500, "line 99999", True)

    def test_the_last_bytes(self, tmp_path: Path) -> None:
        path = dump(tmp_path, {"shop/cart-1/api.log": "first\nsecond\nthird\n"})
        assert (self.read(path, size=10).lines, self.read(path, size=10).truncated) == (("third",), True)
        assert self.read(path, size=1000).truncated is False
        assert self.read(path, size=0).lines == ()
        assert self.read(path, lines=0).lines == ()

    def test_one_endless_line(self, tmp_path: Path) -> None:
        found = self.read(dump(tmp_path, {"shop/cart-1/api.log": "x" * 1_000_000}))
        assert (len(found.lines), len(found.lines[0]), found.truncated) == (1, 256 * 1024, True)

    def test_an_empty_log(self, tmp_path: Path) -> None:
        assert self.read(dump(tmp_path, {"shop/cart-1/api.log": ""})).lines == ()

    def test_lines_are_safe_to_print(self, tmp_path: Path) -> None:
        text = b"\x1b[31mred\x1b[0m\r\n\x1b]0;title\x07tab\there\nbad \xff byte\nbell\x07 \xe2\x80\xaereversed\n"
        assert self.read(dump(tmp_path, {"shop/cart-1/api.log": text})).lines == ("red", "tab\there", "bad \ufffd byte", "bell reversed")

    def test_what_the_runtime_writes_before_lines(self, tmp_path: Path) -> None:
        mark = "2026-01-02T03:04:05.678901234Z stdout "
        text = f"{mark}F one\n{mark}P tw\n{mark}F o\n{mark}F \n"
        assert self.read(dump(tmp_path, {"shop_cart-1_0f3a/api/0.log": text})).lines == ("one", "two", "")

    def test_a_log_that_is_gone_meanwhile(self, tmp_path: Path) -> None:
        source = DumpSource([str(dump(tmp_path, {"shop/cart-1/api.log": "one\n"}))])
        source.custom_kinds()
        (tmp_path / "shop" / "cart-1" / "api.log").unlink()
        found = source.log(LogKey(Ref("v1", "Pod", "shop", "cart-1"), "api"), LogLimit())
        assert isinstance(found, Gap)
        assert found.reason is GapReason.UNREADABLE
