"""Archives in a dump, and archives that mean harm."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kubedx.errors import DumpError
from kubedx.kube import Gap, GapReason
from kubedx.source import DumpLimits
from source.dump_material import encoded, listing, log_of, names, pod, read, tar, write, zipped

OBJECTS = encoded(listing(pod()))
MEMBERS = {
    "./cluster/objects": OBJECTS,
    "./cluster/logs/shop/cart-1/api.log": b"one\ntwo\n",
    "cluster/logs/shop/cart-1/api.previous.log": b"zero\n",
}

Packer = Callable[[Path], Path]


def outer_gzip(path: Path) -> Path:
    path.write_bytes(gzip.compress(tar(path.with_suffix(".inner"), MEMBERS, mode="w").read_bytes()))
    path.with_suffix(".inner").unlink()
    return path


def tar_in_zip(path: Path) -> Path:
    inner = tar(path.with_suffix(".inner"), MEMBERS)
    data = inner.read_bytes()
    inner.unlink()
    return zipped(path, {"bundle/dump.tar.gz": data})


def zip_in_tar(path: Path, mode: str = "w:gz") -> Path:
    inner = zipped(path.with_suffix(".inner"), MEMBERS)
    data = inner.read_bytes()
    inner.unlink()
    return tar(path, {"first": b"text", "bundle/dump.zip": data}, mode=mode)


def tar_in_tar(path: Path) -> Path:
    inner = tar(path.with_suffix(".inner"), MEMBERS, mode="w")
    data = inner.read_bytes()
    inner.unlink()
    return tar(path, {"first": b"text", "bundle/dump.tar": data}, mode="w")


PACKERS: dict[str, Packer] = {
    "tar": lambda path: tar(path, MEMBERS, mode="w"),
    "tar.gz": lambda path: tar(path, MEMBERS, mode="w:gz"),
    "gzip of a tar": outer_gzip,
    "zip": lambda path: zipped(path, MEMBERS),
    "tar.gz in a zip": tar_in_zip,
    "zip in a tar.gz": zip_in_tar,
    "zip in a tar": lambda path: zip_in_tar(path, "w"),
    "tar in a tar": tar_in_tar,
}


def problems(*paths: Path, **options: object) -> list[str]:
    return [gap.message for gap in read(*paths, **options).gaps if not gap.kind]  # type: ignore[arg-type]  # keywords handed on by name


class TestFormats:
    @pytest.mark.parametrize("form", PACKERS)
    def test_objects_and_logs(self, tmp_path: Path, form: str) -> None:
        path = PACKERS[form](tmp_path / "dump.bin")
        reading = read(path)
        assert names(reading) == ["cart-1"]
        assert reading.cluster.name == "dump.bin"
        assert not [gap for gap in reading.gaps if not gap.kind]
        assert log_of(path) == ("one", "two")
        assert log_of(path, previous=True) == ("zero",)

    @pytest.mark.parametrize("form", PACKERS)
    def test_from_standard_input(self, tmp_path: Path, form: str) -> None:
        data = PACKERS[form](tmp_path / "dump.bin").read_bytes()
        assert names(read("-", stdin=io.BytesIO(data))) == ["cart-1"]
        assert log_of("-", stdin=io.BytesIO(data)) == ("one", "two")

    @pytest.mark.parametrize("form", PACKERS)
    def test_in_a_folder(self, tmp_path: Path, form: str) -> None:
        PACKERS[form](tmp_path / "dump.bin")
        assert names(read(tmp_path)) == ["cart-1"]

    @pytest.mark.parametrize("tar_format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    def test_long_names_of_every_tar(self, tmp_path: Path, tar_format: int) -> None:
        path = tmp_path / "dump.tar"
        prefix = "a" * 90 + "/" + "b" * (20 if tar_format == tarfile.USTAR_FORMAT else 190)
        with tarfile.open(path, "w", format=tar_format) as archive:
            for name, data in (("objects.json", OBJECTS), (f"{prefix}/shop/cart-1/api.log", b"one\n")):
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        assert log_of(path) == ("one",)

    def test_a_single_file_under_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "pods.gz"
        path.write_bytes(gzip.compress(OBJECTS))
        assert names(read(path)) == ["cart-1"]

    def test_gzip_members_one_after_the_other(self, tmp_path: Path) -> None:
        path = tmp_path / "pods.gz"
        path.write_bytes(gzip.compress(OBJECTS[:50]) + gzip.compress(OBJECTS[50:]) + bytes(512))
        assert names(read(path)) == ["cart-1"]

    def test_a_log_under_gzip(self, tmp_path: Path) -> None:
        write(tmp_path / "objects", listing(pod()))
        (tmp_path / "shop" / "cart-1").mkdir(parents=True)
        (tmp_path / "shop" / "cart-1" / "api.log.gz").write_bytes(gzip.compress(b"one\n"))
        assert log_of(tmp_path) == ("one",)

    def test_a_zip_with_the_names_of_windows(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "dump.zip", {name.replace("/", "\\"): data for name, data in MEMBERS.items()})
        assert log_of(path) == ("one", "two")

    @pytest.mark.parametrize(("magic", "name"), [(b"\xfd7zXZ\x00", "xz"), (b"BZh9", "bzip2"), (b"\x28\xb5\x2f\xfd", "zstd")])
    def test_other_compressions_are_named(self, tmp_path: Path, magic: bytes, name: str) -> None:
        path = tmp_path / "dump"
        path.write_bytes(magic + bytes(100))
        with pytest.raises(DumpError, match=f"compressed with {name}; unpack it"):
            read(path)

    def test_empty_archives(self, tmp_path: Path) -> None:
        for path in (tar(tmp_path / "a.tar", {}, mode="w"), tar(tmp_path / "a.tar.gz", {}), zipped(tmp_path / "a.zip", {})):
            with pytest.raises(DumpError, match="no Kubernetes object"):
                read(path)


class TestBombs:
    LIMITS = DumpLimits(file=1_000_000, unpacked=3_000_000, ratio=100, ratio_from=500_000, files=50, kept_logs=1000, kept_log=400)

    @pytest.mark.parametrize("form", ["gz", "tar.gz", "zip"])
    def test_what_unpacks_to_much_more_is_refused(self, tmp_path: Path, form: str) -> None:
        bomb = b'{"apiVersion":"v1","kind":"List","items":[' + bytes(10_000_000)
        path = tmp_path / "bomb"
        if form == "gz":
            path.write_bytes(gzip.compress(bomb))
        elif form == "zip":
            zipped(path, {"a.json": bomb})
        else:
            tar(path, {"a.json": bomb})
        with pytest.raises(DumpError, match=r"unpacks to more than 100 times its size|is larger than"):
            read(path, limits=self.LIMITS)

    def test_the_sum_is_bounded(self, tmp_path: Path) -> None:
        members = {f"{number}.json": encoded(pod(f"p{number}")) + bytes(range(1, 256)) * 3000 for number in range(10)}
        path = zipped(tmp_path / "bomb.zip", members)
        with pytest.raises(DumpError, match="MB in all"):
            read(path, limits=DumpLimits(unpacked=2_000_000))

    def test_declared_sizes_are_not_believed(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "lie.zip", {"a.json": b" " * 5_000_000 + OBJECTS})
        data = path.read_bytes().replace(struct.pack("<I", 5_000_000 + len(OBJECTS)), struct.pack("<I", 10))
        path.write_bytes(data)
        with pytest.raises(DumpError, match="cannot read"):
            read(path, limits=self.LIMITS)

    def test_a_tar_that_claims_terabytes(self, tmp_path: Path) -> None:
        info = tarfile.TarInfo("objects.json")
        info.size = 10**13
        path = tmp_path / "dump.tar"
        path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + OBJECTS)
        assert any("cut off" in message for message in problems(path))

    def test_a_header_that_claims_terabytes(self, tmp_path: Path) -> None:
        info = tarfile.TarInfo("././@LongLink")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 10**13
        path = tmp_path / "dump.tar"
        path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
        with pytest.raises(DumpError, match="a header in it is larger"):
            read(path)

    @pytest.mark.parametrize("form", ["tar", "zip"])
    def test_too_many_members(self, tmp_path: Path, form: str) -> None:
        members = {f"{number}.txt": b"x" for number in range(60)} | {"z.json": OBJECTS}
        path = tar(tmp_path / "many", members, mode="w") if form == "tar" else zipped(tmp_path / "many", members)
        with pytest.raises(DumpError, match="holds more than 50 files"):
            read(path, limits=self.LIMITS)

    def test_an_archive_in_an_archive_in_an_archive(self, tmp_path: Path) -> None:
        data = OBJECTS
        for level in range(4):
            data = zipped(tmp_path / "level", {f"{level}.zip": data}).read_bytes()
        with pytest.raises(DumpError, match="is an archive in an archive in an archive"):
            read(tmp_path / "level")

    def test_a_quine_of_gzip_ends(self, tmp_path: Path) -> None:
        data = OBJECTS
        for _ in range(6):
            data = gzip.compress(data)
        path = tmp_path / "onion.gz"
        path.write_bytes(data)
        with pytest.raises(DumpError, match="no Kubernetes object"):
            read(path)

    def test_many_logs_in_a_stream_are_kept_in_part(self, tmp_path: Path) -> None:
        pods = listing(*(pod(f"cart-{number}") for number in range(5)))
        logs = {f"shop/cart-{number}/api.log": b"line\n" * 1000 for number in range(5)}
        path = tar(tmp_path / "dump.tar.gz", {"objects.json": encoded(pods), **logs})
        assert any("unpack it first" in message for message in problems(path, limits=self.LIMITS))
        assert log_of(path, pod_name="cart-0", limits=self.LIMITS)[-1] == "line"
        assert isinstance(log_of(path, pod_name="cart-4", limits=self.LIMITS), Gap)


class TestMalice:
    @pytest.mark.parametrize("name", ["../objects.json", "/etc/objects.json", "a/../../objects.json", "C:/objects.json"])
    @pytest.mark.parametrize("form", ["tar", "tar.gz", "zip"])
    def test_names_that_leave(self, tmp_path: Path, name: str, form: str) -> None:
        members = {"good.json": OBJECTS, name: encoded(listing(pod("evil")))}
        path = (
            zipped(tmp_path / "dump", members) if form == "zip" else tar(tmp_path / "dump", members, mode="w" if form == "tar" else "w:gz")
        )
        reading = read(path)
        assert names(reading) == ["cart-1"]
        assert any("its name leaves the archive" in gap.message for gap in reading.gaps)
        assert sorted(child.name for child in tmp_path.iterdir()) == ["dump"]

    def test_links_devices_and_pipes_are_passed_over(self, tmp_path: Path) -> None:
        extra = []
        for kind, link in (
            (tarfile.SYMTYPE, "/etc/passwd"),
            (tarfile.LNKTYPE, "../x"),
            (tarfile.CHRTYPE, ""),
            (tarfile.FIFOTYPE, ""),
            (tarfile.DIRTYPE, ""),
        ):
            info = tarfile.TarInfo(f"shop/cart-1/api{kind.decode()}.log")
            info.type, info.linkname = kind, link
            extra.append(info)
        for mode in ("w", "w:gz"):
            reading = read(tar(tmp_path / "dump", {"objects.json": OBJECTS}, mode=mode, extra=extra))
            assert names(reading) == ["cart-1"]

    def test_links_in_a_zip_are_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "dump.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("objects.json", OBJECTS)
            link = zipfile.ZipInfo("shop/cart-1/api.log")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, "/etc/passwd")
        assert isinstance(log_of(path), Gap)

    def test_an_encrypted_member(self, tmp_path: Path) -> None:
        path = zipped(tmp_path / "dump.zip", {"good.json": OBJECTS})
        data = bytearray(path.read_bytes())
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(signature) + offset] |= 1
        path.write_bytes(bytes(data))
        with pytest.raises(DumpError, match="is encrypted"):
            read(path)

    def test_sparse_members_are_passed_over(self, tmp_path: Path) -> None:
        info = tarfile.TarInfo("hole.json")
        info.type, info.size = tarfile.GNUTYPE_SPARSE, 512
        block = bytearray(info.tobuf(tarfile.GNU_FORMAT))
        block[482] = 1  # the map goes on in one more block
        block[148:156] = b"%06o\0 " % sum(block[:148] + b" " * 8 + block[156:])
        good = tarfile.TarInfo("objects.json")
        good.size = len(OBJECTS)
        padding = bytes(-len(OBJECTS) % 512)
        path = tmp_path / "dump.tar"
        path.write_bytes(bytes(block) + bytes(512) + bytes(512) + good.tobuf(tarfile.GNU_FORMAT) + OBJECTS + padding + bytes(1024))
        assert names(read(path)) == ["cart-1"]

    def test_sparse_members_of_pax_are_passed_over(self, tmp_path: Path) -> None:
        path = tmp_path / "dump.tar"
        with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as archive:
            for name, headers in (("hole.json", {"GNU.sparse.major": "1"}), ("objects.json", {})):
                info = tarfile.TarInfo(name)
                info.size, info.pax_headers = len(OBJECTS), headers
                archive.addfile(info, io.BytesIO(OBJECTS))
        assert problems(path) == []
        assert names(read(path)) == ["cart-1"]

    @pytest.mark.parametrize(
        "records", [b"x", b"999999 path=a\n", b"0 path=a\n", b"-5 a=b\n", b"12 path\xff=a\n", b"\xb2 path=a\n", b"11 size=-1\n"]
    )
    def test_odd_pax_records(self, tmp_path: Path, records: bytes) -> None:
        header = tarfile.TarInfo("pax")
        header.type, header.size = tarfile.XHDTYPE, len(records)
        good = tarfile.TarInfo("objects.json")
        good.size = len(OBJECTS)
        path = tmp_path / "dump.tar"
        blocks = header.tobuf(tarfile.USTAR_FORMAT) + records.ljust(512, b"\0") + good.tobuf(tarfile.USTAR_FORMAT)
        path.write_bytes(blocks + OBJECTS + bytes(-len(OBJECTS) % 512) + bytes(1024))
        assert names(read(path)) == ["cart-1"]


class TestDamage:
    @pytest.mark.parametrize("form", PACKERS)
    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_cut_archives_end_in_one_sentence(self, tmp_path: Path, form: str, share: float) -> None:
        path = PACKERS[form](tmp_path / "dump.bin")
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share)])
        try:
            reading = read(path)
        except DumpError as error:
            assert "\n" not in str(error)  # noqa: PT017  # every error is looked at
        else:
            assert names(reading) == ["cart-1"]

    @pytest.mark.parametrize("form", PACKERS)
    def test_flipped_bytes_end_in_one_sentence(self, tmp_path: Path, form: str) -> None:
        path = PACKERS[form](tmp_path / "dump.bin")
        data = path.read_bytes()
        told = 0
        for position in range(0, len(data), max(1, len(data) // 60)):
            path.write_bytes(data[:position] + bytes([data[position] ^ 0x55]) + data[position + 1 :])
            try:
                told += len(read(path).objects)
            except DumpError as error:
                told += "\n" not in str(error)
        assert told

    def test_a_cut_gzip_says_so(self, tmp_path: Path) -> None:
        path = tmp_path / "pods.gz"
        path.write_bytes(gzip.compress(OBJECTS)[:-20])
        with pytest.raises(DumpError, match=r"pods\.gz is cut off|cannot be unpacked"):
            read(path)

    def test_what_came_before_the_cut_counts(self, tmp_path: Path) -> None:
        noise = bytes(zlib.crc32(bytes([n % 251, n // 251 % 256])) % 255 + 1 for n in range(200_000))
        path = tar(tmp_path / "dump.tar.gz", {"objects.json": OBJECTS, "noise.log": noise})
        path.write_bytes(path.read_bytes()[:-5000])
        reading = read(path)
        assert names(reading) == ["cart-1"]
        assert {gap.reason for gap in reading.gaps if not gap.kind} == {GapReason.UNREADABLE}
