"""Which store the config file names."""

from collections.abc import Mapping

from kubedx.config import CacheSettings
from kubedx.errors import CacheError
from kubedx.explain.cache.files import FileStore, cache_path
from kubedx.explain.cache.interplex import LOCAL, InterplexStore
from kubedx.explain.cache.objects import CLOUDS, cloud_store
from kubedx.explain.cache.store import Store

FILE = "file"
STORES = (*CLOUDS, "interplex")
"""What `cache add` takes."""


def choose_store(settings: CacheSettings, environment: Mapping[str, str]) -> Store:
    """The store of the settings, the file cache where they name none; nothing is connected yet.

    Raises CacheError for a type that does not exist, or one that lacks a setting.
    """
    kind = settings.current_cache_type
    if kind in ("", FILE):
        return FileStore(cache_path(environment))
    if kind in CLOUDS:
        return cloud_store(settings, environment)
    if kind == "interplex":
        target = LOCAL if environment.get("INTERPLEX_LOCAL_MODE") else settings.connection_string
        if not target:
            raise CacheError("the cache interplex has no connectionString; set it with: kubedx cache add interplex --endpoint HOST:PORT")
        return InterplexStore(target)
    raise CacheError(f'the config file names the cache "{kind[:40]}", which does not exist; use one of {FILE}, {", ".join(STORES)}')
