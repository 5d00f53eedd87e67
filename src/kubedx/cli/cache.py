"""`cache`: where answers of models are kept, and what is kept there."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from kubedx.cli.terminal import complain
from kubedx.config import CacheSettings, Config, change_config, load_config
from kubedx.config import editing as edit
from kubedx.errors import UsageError
from kubedx.explain import FILE, STORES, Store, choose_store

# What each store keeps in the config file, by k8sgpt's names: the flag, and the key.
_KEYS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "s3": (("region", "region"), ("bucket", "bucketname"), ("endpoint", "endpoint"), ("insecure", "insecure")),
    "azure": (("storageacc", "storageaccount"), ("container", "container")),
    "gcs": (("region", "region"), ("bucket", "bucketname"), ("projectid", "projectid")),
    "interplex": (("endpoint", "connectionString"),),
}
_FLAGS = {
    "region": "--region",
    "bucket": "--bucket",
    "endpoint": "--endpoint",
    "insecure": "--insecure",
    "storageacc": "--storageacc",
    "container": "--container",
    "projectid": "--projectid",
}
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "s3": ("bucket",),
    "azure": ("storageacc", "container"),
    "gcs": ("bucket", "projectid"),
    "interplex": ("endpoint",),
}
DEFAULT_REGION = "us-east-1"


class CacheOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `cache add`, as they were typed."""

    region: str = ""
    endpoint: str = ""
    insecure: bool = False
    bucket: str = ""
    projectid: str = ""
    storageacc: str = ""
    container: str = ""
    config: str = ""

    def check(self, kind: str) -> None:
        """Raise UsageError for a kind that does not exist, and for flags that it needs or has no use for."""
        if kind not in STORES:
            raise UsageError(f'cache add takes one of {", ".join(STORES)}, not "{kind}"')
        missing = [_FLAGS[name] for name in _NEEDED[kind] if not getattr(self, name)]
        if missing:
            raise UsageError(f"cache add {kind} needs {' and '.join(missing)}")
        useful = {name for name, _key in _KEYS[kind]}
        odd = [flag for name, flag in _FLAGS.items() if getattr(self, name) and name not in useful]
        if odd:
            raise UsageError(f"{odd[0]} has no meaning for cache add {kind}; leave it out")
        if self.insecure and not self.endpoint:
            raise UsageError("--insecure is for a server of your own; give its --endpoint too")

    def values(self, kind: str) -> edit.Document:
        """What goes into the config file."""
        region = {"region": self.region or DEFAULT_REGION} if kind in ("s3", "gcs") else {}
        given = {key: getattr(self, name) for name, key in _KEYS[kind] if getattr(self, name)}
        return {**region, **given}


def add(kind: str, options: CacheOptions) -> int:
    """Keep answers there from now on: connect, create what is not there, and only then write it down. Raises KubedxError."""
    kind = kind.lower()
    options.check(kind)
    values = options.values(kind)
    keys = {"bucketname", "region", "endpoint", "insecure", "storageaccount", "container", "projectid"}
    settings = CacheSettings(
        current_cache_type=kind,
        connection_string=values.get("connectionString", ""),
        **{key: value for key, value in values.items() if key in keys},
    )
    store = choose_store(settings, os.environ)
    try:
        store.prepare()
    finally:
        store.close()

    def change(document: edit.Document) -> None:
        section = edit.section_of(document, "cache")
        edit.put(section, "currentCacheType", kind)
        edit.put(section, kind, values)

    path = change_config(_path(options.config), os.environ, change)
    click.echo(f"answers are kept in {store.place} from now on; written to {path}")
    return 0


def get(config: str) -> int:
    """Print the name of the present cache, without a line end, as k8sgpt does."""
    click.echo(_load(config).cache.current_cache_type or FILE, nl=False)
    return 0


def show(config: str) -> int:
    """Print every entry, with the time of its writing."""
    store = _store(config)
    try:
        entries = store.entries()
    finally:
        store.close()
    if not entries:
        click.echo(f"nothing is kept in {store.place}")
        return 0
    width = max(len("Name"), *(len(entry.name) for entry in entries))
    click.echo(f"{'Name':{width}}  UpdatedAt")
    for entry in entries:
        click.echo(f"{entry.name:{width}}  {f'{entry.updated_at:%Y-%m-%dT%H:%M:%SZ}' if entry.updated_at else '-'}")
    return 0


def purge(names: tuple[str, ...], config: str, *, everything: bool) -> int:
    """Delete the entries with these names, or all. Raises UsageError and CacheError."""
    if bool(names) == everything:
        raise UsageError("cache purge takes the NAME of an entry, or --all")
    store = _store(config)
    try:
        wanted = tuple(entry.name for entry in store.entries()) if everything else names
        gone = [name for name in wanted if store.delete(name)]
    finally:
        store.close()
    click.echo(f"{len(gone)} {'entry' if len(gone) == 1 else 'entries'} deleted from {store.place}")
    if absent := [name for name in names if name not in gone]:
        complain(f"kubedx: {store.place} has no entry {', '.join(absent)}; kubedx cache list shows what is there")
        return 1
    return 0


def remove(config: str) -> int:
    """Go back to files. What is kept elsewhere stays there, and its settings go."""

    def change(document: edit.Document) -> None:
        section = edit.section_of(document, "cache")
        for key in ("currentCacheType", *STORES):
            edit.put(section, key, None)
        if not section:
            edit.put(document, "cache", None)

    before = _load(config).cache.current_cache_type
    path = change_config(_path(config), os.environ, change)
    click.echo(f"answers are kept in files from now on; what {before or FILE} has stays there; written to {path}")
    return 0


def _store(config: str) -> Store:
    return choose_store(_load(config).cache, os.environ)


def _load(config: str) -> Config:
    return load_config(_path(config), os.environ)


def _path(config: str) -> Path | None:
    return Path(config) if config else None
