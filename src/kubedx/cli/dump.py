"""`dump`: what a bug report needs to know of a set-up, under k8sgpt's keys. No key, header or password is in it."""

import json
import os
import time
from pathlib import Path
from typing import Any

from kubedx import __version__
from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.terminal import complain
from kubedx.config import Config, ProviderSettings, load_config
from kubedx.errors import KubedxError
from kubedx.source import Scope, is_cluster_configured

MASK = "***"


class DumpOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    config: str = ""
    verbose: bool = False


def dump(options: DumpOptions) -> int:
    """Write `dump_<YYYYMMDDHHMMSS>.json` into the current folder. A cluster that does not answer leaves its version empty.

    Raises ConfigError for a config file that cannot be used, and KubedxError where the file cannot be written.
    """
    options.check_cluster()
    settings = load_config(Path(options.config) if options.config else None, os.environ)
    document = {
        "AIConfiguration": {
            "Providers": [_provider(provider) for provider in settings.ai.providers],
            "DefaultProvider": settings.ai.default_provider,
        },
        "ActiveFilters": _filters(settings),
        "KubenetesServerVersion": _server_version(options),  # k8sgpt's own spelling
        "K8sGPTInfo": {"Version": f"kubedx {__version__}", "Commit": "", "Date": ""},
    }
    path = Path(f"dump_{time.strftime('%Y%m%d%H%M%S')}.json")
    try:
        with path.open("x", encoding="utf-8") as stream:
            json.dump(document, stream, indent=1)
    except OSError as error:
        raise KubedxError(f"{path} could not be written: {error.strerror or error}; free some space or go elsewhere") from error
    complain(f"kubedx: wrote {path}")
    return 0


def _provider(provider: ProviderSettings) -> dict[str, Any]:
    """The settings of a backend under the names of Go's fields. URLs are told without the user that they may hold."""
    return {
        "Name": provider.name,
        "Model": provider.model,
        "Password": MASK if provider.password or provider.keyring else "",
        "BaseURL": _without_user(provider.baseurl),
        "ProxyEndpoint": _without_user(provider.proxy_endpoint),
        "ProxyPort": provider.proxy_port,
        "EndpointName": provider.endpointname,
        "Engine": provider.engine,
        "Temperature": provider.temperature,
        "ProviderRegion": provider.providerregion,
        "ProviderId": provider.providerid,
        "CompartmentId": provider.compartmentid,
        "TopP": provider.topp,
        "TopK": provider.topk,
        "MaxTokens": provider.maxtokens,
        "StopSequences": list(provider.stopsequences),
        "OrganizationId": provider.organizationid,
        "CustomHeaders": [],
    }


def _filters(settings: Config) -> list[str]:
    from kubedx.analyzers import filters

    return list(settings.active_filters or filters())


def _server_version(options: DumpOptions) -> str:
    if not is_cluster_configured(options.kubeconfig, options.kubecontext, os.environ, overrides=options.overrides):
        return ""
    try:
        source = open_cluster(AnalyzeOptions(**options.reach), lambda _kind, _done, _total: None)
        try:
            return source.read((), Scope(), time.monotonic() + 10).cluster.version
        finally:
            source.close()
    except KubedxError as error:
        complain(f"kubedx: {error}; the dump goes without the version of the cluster")
        return ""


def _without_user(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{separator}{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}" if separator else url
