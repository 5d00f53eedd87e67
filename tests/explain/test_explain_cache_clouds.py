"""S3, Azure Blob Storage and Google Cloud Storage, against servers that speak their protocols on this machine (scripts/cache-stand-ins)."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from explain.test_explain_cache import check_store
from kubedx.config import CacheSettings
from kubedx.errors import CacheError
from kubedx.explain import choose_store

# The packages below, not we, leave sockets and loops to the garbage collector.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(180)]

AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The key of azurite's only account, the same everywhere (https://learn.microsoft.com/azure/storage/common/storage-use-azurite)."""


def needs(package: str, extra: str) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(
            f"{package} is not installed; scripts/cache-stand-ins installs it where it disturbs nothing, or pip install 'kubedx[{extra}]'"
        )


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(words: list[str], port: int) -> Iterator[str]:
    """A stand-in of its own, until the test is over."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if process.poll() is not None:
                pytest.fail(f"{words[0]} ended with exit code {process.returncode}")
            try:
                urllib.request.urlopen(address, timeout=1)
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
            else:
                break
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[CacheSettings]:
    needs("s3fs", "s3")
    needs("moto", "s3")
    for name, value in {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    port = free_port()
    with running([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port) as address:
        yield CacheSettings(current_cache_type="s3", region="eu-west-1", bucketname="kubedx-answers", endpoint=address)


@pytest.fixture
def azure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[CacheSettings]:
    needs("adlfs", "azure")
    azurite = shutil.which("azurite-blob", path=os.pathsep.join([os.environ.get("KUBEDX_STAND_INS", ""), os.environ.get("PATH", "")]))
    if azurite is None:
        pytest.skip("azurite is not installed; scripts/cache-stand-ins does it, or npm install azurite")
    port = free_port()
    words = [azurite, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(tmp_path), "--silent", "--skipApiVersionCheck"]
    with running(words, port) as address:
        monkeypatch.setenv(
            "AZURE_STORAGE_CONNECTION_STRING",
            f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={AZURITE_KEY};BlobEndpoint={address}/devstoreaccount1;",
        )
        yield CacheSettings(current_cache_type="azure", storageaccount="devstoreaccount1", container="kubedx-answers")


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[CacheSettings]:
    needs("gcsfs", "gcs")
    needs("gcp_storage_emulator", "gcs")
    port = free_port()
    words = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host", "127.0.0.1", "--port", str(port), "--in-memory"]
    with running(words, port) as address:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", address)
        yield CacheSettings(current_cache_type="gcs", region="EU", bucketname="kubedx-answers", projectid="my-project")


@pytest.mark.parametrize("cloud", ["s3", "azure", "gcs"])
def test_a_cloud_is_a_store(cloud: str, request: pytest.FixtureRequest) -> None:
    settings = request.getfixturevalue(cloud)
    check_store(choose_store(settings, os.environ))
    check_store(choose_store(settings, os.environ))  # the bucket is there now


def test_a_bucket_with_more_than_a_thousand_entries_is_listed_whole(s3: CacheSettings) -> None:
    store = choose_store(s3, os.environ)
    store.prepare()
    files = store._files  # type: ignore[attr-defined]  # the quick way to many objects
    files.pipe({f"kubedx-answers/{number:064x}": b"x" for number in range(1001)})
    assert len(store.entries()) == 1001


@pytest.mark.parametrize(("package", "kind"), [("s3fs", "s3"), ("adlfs", "azure"), ("gcsfs.core", "gcs")])
def test_a_missing_package_says_what_to_install(package: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    settings = CacheSettings(current_cache_type=kind, bucketname="b", projectid="p", storageaccount="a", container="c")
    with pytest.raises(CacheError, match=rf"the cache {kind} needs a package that is not installed; run: pip install 'kubedx\[{kind}\]'"):
        choose_store(settings, {}).load("k")


def test_a_cloud_that_is_away_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    needs("s3fs", "s3")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    store = choose_store(CacheSettings(current_cache_type="s3", region="x", bucketname="b", endpoint="http://127.0.0.1:9"), {})
    with pytest.raises(CacheError, match="the cache s3://b cannot be read: "):
        store.load("k")
