"""S3, Azure Blob Storage and Google Cloud Storage, through fsspec: each entry is an object of one bucket or container.

Who we are is found as the vendors' clients find it (environment, profile, workload identity, managed identity): no key of a cloud
stands in the config file. https://filesystem-spec.readthedocs.io/en/latest/api.html
"""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from kubedx.config import CacheSettings
from kubedx.errors import CacheError
from kubedx.explain.cache.store import MAX_SIZE, Entry, checked_name
from kubedx.explain.clean import clean_line
from kubedx.redact import mask_secrets

SECONDS = 20
"""For one request; the caches of a company are near, or of no use."""


class ObjectStore:
    """Entries as the objects of a bucket, on a file system of fsspec that `connect` gives when it is first used."""

    def __init__(self, place: str, bucket: str, connect: Callable[[], Any], *, creates: bool = True) -> None:
        self._place, self._bucket, self._connect, self._creates = place, bucket, connect, creates
        self._connected: Any = None

    @property
    def place(self) -> str:
        """The bucket, as its own tools write it."""
        return self._place

    def prepare(self) -> None:
        """Create the bucket where it is known to be absent; that it may not be looked at is an error, and no reason to create one."""
        with self._failures("reached"):
            try:
                self._files.ls(self._bucket, detail=False, refresh=True)
            except FileNotFoundError:
                self._files.mkdir(self._bucket, create_parents=True)

    def load(self, name: str) -> bytes | None:
        """The bytes of an object."""
        with self._failures("read"):
            try:
                body: bytes = self._files.cat_file(self._path(name), start=0, end=MAX_SIZE + 1)
            except FileNotFoundError:
                return None
        return body if len(body) <= MAX_SIZE else None

    def save(self, name: str, body: bytes) -> None:
        """Put an object."""
        with self._failures("written"):
            self._files.pipe_file(self._path(name), body)

    def entries(self) -> list[Entry]:
        """Every object, page by page, however many there are."""
        with self._failures("listed"):
            listed = self._files.ls(self._bucket, detail=True, refresh=True)
        return sorted(
            Entry(item["name"].rpartition("/")[2], _moment(item)) for item in listed if item.get("type") == "file" and item.get("name")
        )

    def delete(self, name: str) -> bool:
        """Delete an object."""
        with self._failures("changed"):
            path = self._path(name)
            self._files.invalidate_cache()
            if not self._files.exists(path):
                return False
            self._files.rm_file(path)
        return True

    def close(self) -> None:
        """The file systems of fsspec end with the process."""

    @property
    def _files(self) -> Any:
        if self._connected is None:
            self._connected = self._connect()
        return self._connected

    def _path(self, name: str) -> str:
        return f"{self._bucket}/{checked_name(name)}"

    @contextlib.contextmanager
    def _failures(self, deed: str) -> Iterator[None]:
        try:
            yield
        except CacheError:
            raise
        except Exception as error:  # whatever the packages raise must not end the scan
            reason = clean_line(mask_secrets(str(error)), 200).rstrip(".") or type(error).__name__
            raise CacheError(f"the cache {self._place} cannot be {deed}: {reason}") from error


def _moment(item: Mapping[str, Any]) -> datetime | None:
    """When an object was last written: S3, Azure and Google each have a word of their own for it."""
    value = next((item[key] for key in ("LastModified", "last_modified", "updated", "mtime") if item.get(key)), None)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = datetime.fromisoformat(value)
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else None


class _Cloud(NamedTuple):
    """How one cloud is reached: the extra with its package, what its settings must name, and its store."""

    needs: tuple[str, ...]
    build: Callable[[CacheSettings, Mapping[str, str]], ObjectStore]


def _module(extra: str, name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise CacheError(f"the cache {extra} needs a package that is not installed; run: pip install 'kubedx[{extra}]'") from error


def _s3(settings: CacheSettings, _environment: Mapping[str, str]) -> ObjectStore:
    def connect() -> Any:
        client: dict[str, Any] = {"region_name": settings.region or None, "endpoint_url": settings.endpoint or None}
        if settings.endpoint and settings.insecure:
            client["verify"] = False
        # A server of one's own seldom has a host name for each bucket.
        style = {"s3": {"addressing_style": "path"}} if settings.endpoint else {}
        retries = {"max_attempts": 2}
        return _module("s3", "s3fs").S3FileSystem(
            client_kwargs={key: value for key, value in client.items() if value is not None},
            config_kwargs={**style, "connect_timeout": SECONDS, "read_timeout": SECONDS, "retries": retries},
            skip_instance_cache=True,
            use_listings_cache=False,
        )

    return ObjectStore(f"s3://{settings.bucketname}", settings.bucketname, connect)


def _azure(settings: CacheSettings, environment: Mapping[str, str]) -> ObjectStore:
    def connect() -> Any:
        # The connection string is what Azure's own tools read; it alone reaches azurite.
        string = environment.get("AZURE_STORAGE_CONNECTION_STRING", "")
        known = {"connection_string": string} if string else {"account_name": settings.storageaccount, "anon": False}
        return _module("azure", "adlfs").AzureBlobFileSystem(
            **known, connection_timeout=SECONDS, read_timeout=SECONDS, skip_instance_cache=True, use_listings_cache=False
        )

    return ObjectStore(f"https://{settings.storageaccount}.blob.core.windows.net/{settings.container}", settings.container, connect)


def _gcs(settings: CacheSettings, environment: Mapping[str, str]) -> ObjectStore:
    def connect() -> Any:
        host = environment.get("STORAGE_EMULATOR_HOST", "")
        # Of the plain kind: the other asks over gRPC what kind of bucket it is, before anything else.
        files = _module("gcs", "gcsfs.core").GCSFileSystem(
            project=settings.projectid,
            default_location=settings.region or None,
            token="anon" if host else None,  # of no emulator is a token asked
            requests_timeout=SECONDS,
            skip_instance_cache=True,
            use_listings_cache=False,
        )
        files.retries = 2
        return files

    return ObjectStore(f"gs://{settings.bucketname}", settings.bucketname, connect)


CLOUDS: Mapping[str, _Cloud] = MappingProxyType(
    {
        "s3": _Cloud(("bucketname",), _s3),
        "azure": _Cloud(("storageaccount", "container"), _azure),
        "gcs": _Cloud(("bucketname", "projectid"), _gcs),
    }
)
"""The stores of the three clouds, by k8sgpt's names."""


def cloud_store(settings: CacheSettings, environment: Mapping[str, str] = os.environ) -> ObjectStore:
    """The store that the settings name; nothing is connected yet. Raises CacheError for a setting that is missing."""
    kind = settings.current_cache_type
    cloud = CLOUDS[kind]
    missing = [name for name in cloud.needs if not getattr(settings, name)]
    if missing:
        raise CacheError(f"the cache {kind} has no {' and no '.join(missing)}; set it with: kubedx cache add {kind} --help")
    return cloud.build(settings, environment)
