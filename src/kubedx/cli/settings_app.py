"""The commands that read and write the config file: `auth`, `cache`, `filters`, `integration`, `custom-analyzer`, `dump`, `generate`."""

import sys
from typing import Any

import click

from kubedx.cli.cluster_flags import cluster_flags, ignored_cluster_flags
from kubedx.cli.flags import WIDEST_HELP, SectionedCommand, apply, listing, setting, switch
from kubedx.errors import UsageError

BACKEND = "Backend"
KEY = "Its key"
GLOBAL = "Global flags"

_CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST_HELP}

_global = apply(
    setting(GLOBAL, "--config", metavar="FILE", help="The config file (default: k8sgpt's own k8sgpt.yaml)."),
    ignored_cluster_flags,
    switch(GLOBAL, "--verbose", "-v", help="Say more when something fails."),
)


def _without_cluster(flags: dict[str, Any]) -> dict[str, Any]:
    """The flags without those that are accepted and mean nothing here."""
    return {name: value for name, value in flags.items() if name not in ("kubeconfig", "kubecontext")}


@click.group(context_settings=_CONTEXT)
def auth() -> None:
    """Say which language models --explain can ask, and with which keys."""


_settings = apply(
    setting(BACKEND, "--model", "-m", metavar="NAME", help="The model (default: the backend's usual one)."),
    setting(BACKEND, "--baseurl", "-u", metavar="URL", help="Where its API is, such as http://localhost:8080/v1."),
    setting(BACKEND, "--temperature", "-t", metavar="0..1", help="How freely it answers."),
    setting(BACKEND, "--engine", "-e", metavar="NAME", help="The deployment, of azureopenai."),
    setting(BACKEND, "--organizationId", "-o", "organizationid", metavar="ID", help="The organisation, of openai and azureopenai."),
    setting(BACKEND, "--azureAPIType", "-a", "azureapitype", metavar="TYPE", help="AZURE, AZURE_AD or CLOUDFLARE_AZURE."),
    setting(BACKEND, "--azureAPIVersion", "azureapiversion", metavar="VERSION", help="The version of Azure's API."),
    setting(BACKEND, "--topp", metavar="0..1", help="Nucleus sampling."),
    setting(BACKEND, "--maxtokens", "-l", metavar="N", help="Tokens of an answer, at most."),
    listing(BACKEND, "--stopsequences", "-s", metavar="TEXT", help="Where an answer ends. May be repeated."),
    setting(BACKEND, "--providerRegion", "-r", "providerregion", metavar="REGION", help="The region, of Amazon's and Google's backends."),
    setting(BACKEND, "--providerId", "-i", "providerid", metavar="ID", help="The project, of googlevertexai and ibmwatsonxai."),
    setting(BACKEND, "--compartmentId", "-k", "compartmentid", metavar="ID", help="The compartment, of oci."),
    setting(BACKEND, "--proxyEndpoint", "proxyendpoint", metavar="URL", help="The proxy on the way to it (default: the environment's)."),
    switch(KEY, "--password-stdin", help="Read the key from standard input."),
    switch(KEY, "--keyring", help="Keep the key in the keyring and not in the config file. Needs kubedx[keyring]."),
    setting(KEY, "--password", "-p", metavar="KEY", help="The key itself, which the list of processes shows; better is --password-stdin."),
)

ADD_EXAMPLES = """\b
Examples:
  kubedx auth add --backend anthropic                         asks for the key, without an echo
  pass show openai | kubedx auth add -b openai --password-stdin
  kubedx auth add -b localai -u http://localhost:8080/v1 -m qwen3
  kubedx auth add -b azureopenai -e my-deployment -u https://example.openai.azure.com --keyring"""


@auth.command(name="add", cls=SectionedCommand, context_settings=_CONTEXT, epilog=ADD_EXAMPLES)
@apply(
    setting(BACKEND, "--backend", "-b", metavar="NAME", help="The backend (default: openai)."),
    _settings,
    setting(BACKEND, "--endpointname", "-n", metavar="NAME", help="The endpoint, of amazonsagemaker."),
    setting(BACKEND, "--topk", "-c", metavar="1..100", help="How many candidates a word is chosen from."),
    _global,
)
def auth_add(**flags: Any) -> int:
    """Add a backend to the config file."""
    from kubedx.cli.auth import AuthOptions, add

    return add(AuthOptions(**_without_cluster(flags)))


@auth.command(name="update", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(
    setting(BACKEND, "--backend", "-b", metavar="NAME", help="The backend to change."),
    _settings,
    setting(BACKEND, "--endpointname", "-n", metavar="NAME", help="The endpoint, of amazonsagemaker."),
    setting(BACKEND, "--topk", "-c", metavar="1..100", help="How many candidates a word is chosen from."),
    _global,
)
def auth_update(**flags: Any) -> int:
    """Change what is given of a backend's settings, and nothing else."""
    from kubedx.cli.auth import AuthOptions, update

    return update(AuthOptions(**_without_cluster(flags)))


@auth.command(name="remove", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(listing(BACKEND, "--backends", "-b", metavar="NAME", help="The backends to remove, with commas between them."), _global)
def auth_remove(backends: tuple[str, ...], config: str, **_flags: Any) -> int:
    """Take backends, and their keys, out of the config file and the keyring."""
    from kubedx.cli.auth import remove

    return remove(backends, config)


@auth.command(name="list", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(switch(BACKEND, "--details", help="Tell model, engine and URL too."), _global)
def auth_list(*, details: bool, config: str, **_flags: Any) -> int:
    """List the backends: the default, those that are configured, those that are not."""
    from kubedx.cli.auth import show

    return show(config, details=details)


@auth.command(name="default", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(setting(BACKEND, "--provider", "-p", metavar="NAME", help="The backend."), _global)
def auth_default(provider: str, config: str, **_flags: Any) -> int:
    """Make a backend the one that --explain asks."""
    from kubedx.cli.auth import default

    return default(provider, config)


@click.group(context_settings=_CONTEXT)
def filters() -> None:
    """Say what analyze looks at when no --filter is given."""


@filters.command(name="list", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
def filters_list(config: str, **_flags: Any) -> int:
    """List the active filters and the unused ones."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import list_filters

    return list_filters(config, names())


@filters.command(name="add", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
@click.argument("words", metavar="NAME[,NAME...]")
def filters_add(words: str, config: str, **_flags: Any) -> int:
    """Make filters active."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import add_filters

    return add_filters(words, config, names())


@filters.command(name="remove", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
@click.argument("words", metavar="NAME[,NAME...]")
def filters_remove(words: str, config: str, **_flags: Any) -> int:
    """Make filters inactive. With none left, all are active again."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import remove_filters

    return remove_filters(words, config, names())


@click.group(context_settings=_CONTEXT)
def integration() -> None:
    """Switch the filters of prometheus, aws, keda and kyverno on and off. Nothing is installed or deleted."""


_integration_flags = apply(
    setting(BACKEND, "--namespace", "-n", default="default", metavar="NAME", help="Accepted, as k8sgpt does.", hidden=True), _global
)


@integration.command(name="list", cls=SectionedCommand, context_settings=_CONTEXT)
@_integration_flags
def integration_list(config: str, **_flags: Any) -> int:
    """List the integrations."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import list_integrations

    return list_integrations(config, names())


@integration.command(name="activate", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(switch(BACKEND, "--no-install", "-s", help="Accepted, as k8sgpt does: nothing is ever installed."), _integration_flags)
@click.argument("name")
def integration_activate(name: str, config: str, **_flags: Any) -> int:
    """Switch the filters of an integration on."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import activate

    return activate(name, config, names())


@integration.command(name="deactivate", cls=SectionedCommand, context_settings=_CONTEXT)
@_integration_flags
@click.argument("name")
def integration_deactivate(name: str, config: str, **_flags: Any) -> int:
    """Switch the filters of an integration off."""
    from kubedx.analyzers import filters as names
    from kubedx.cli.filters_commands import deactivate

    return deactivate(name, config, names())


@click.group(name="custom-analyzer", context_settings=_CONTEXT)
def custom_analyzer() -> None:
    """Say which gRPC servers find faults too, for analyze --custom-analysis."""


@custom_analyzer.command(name="list", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(switch(BACKEND, "--details", help="Tell their addresses too."), _global)
def custom_analyzer_list(*, details: bool, config: str, **_flags: Any) -> int:
    """List the custom analyzers."""
    from kubedx.cli.filters_commands import list_custom_analyzers

    return list_custom_analyzers(config, details=details)


@custom_analyzer.command(name="add", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(
    setting(BACKEND, "--name", "-n", default="my-custom-analyzer", metavar="NAME", help="Its name."),
    setting(BACKEND, "--url", "-u", default="localhost", metavar="HOST", help="Its host."),
    setting(BACKEND, "--port", "-r", default="8085", metavar="N", help="Its port."),
    _global,
)
def custom_analyzer_add(name: str, url: str, port: str, config: str, **_flags: Any) -> int:
    """Add a custom analyzer."""
    from kubedx.cli.filters_commands import add_custom_analyzer

    return add_custom_analyzer(name, url, port, config)


@custom_analyzer.command(name="remove", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(listing(BACKEND, "--names", "-n", metavar="NAME", help="The custom analyzers to remove, with commas between them."), _global)
def custom_analyzer_remove(names: tuple[str, ...], config: str, **_flags: Any) -> int:
    """Remove custom analyzers."""
    from kubedx.cli.filters_commands import remove_custom_analyzers
    from kubedx.cli.flags import split

    return remove_custom_analyzers(split(names), config)


@click.command(cls=SectionedCommand, context_settings=_CONTEXT)
@apply(
    cluster_flags,
    setting(GLOBAL, "--config", metavar="FILE", help="The config file (default: k8sgpt's own k8sgpt.yaml)."),
    switch(GLOBAL, "--verbose", "-v", help="Say more when something fails."),
)
def dump(**flags: Any) -> int:
    """Write a file for a bug report: settings, filters and versions, without keys."""
    from kubedx.cli.dump import DumpOptions
    from kubedx.cli.dump import dump as run

    return run(DumpOptions(**flags))


KEY_PAGES = {
    "openai": "https://platform.openai.com/api-keys",
    "anthropic": "https://console.anthropic.com/settings/keys",
    "azureopenai": "https://portal.azure.com",
    "cohere": "https://dashboard.cohere.com/api-keys",
    "google": "https://aistudio.google.com/apikey",
    "groq": "https://console.groq.com/keys",
    "huggingface": "https://huggingface.co/settings/tokens",
    "ibmwatsonxai": "https://cloud.ibm.com/iam/apikeys",
}
"""Where each vendor gives out keys."""


@click.command(cls=SectionedCommand, context_settings=_CONTEXT)
@apply(setting(BACKEND, "--backend", "-b", default="openai", metavar="NAME", help="The backend."), _global)
def generate(backend: str, **_flags: Any) -> int:
    """Tell where a backend's vendor gives out keys, and open that page."""
    from kubedx.explain import KNOWN_BACKENDS

    page = KEY_PAGES.get(backend.lower())
    if page is None and backend.lower() not in KNOWN_BACKENDS:
        raise UsageError(f'there is no backend "{backend}"; kubedx auth list names them all')
    if page is None:
        raise UsageError(f'"{backend}" needs no key of a vendor; kubedx auth add --backend {backend} configures it')
    click.echo(f"Make a key at {page}, then: kubedx auth add --backend {backend.lower()}")
    if sys.stdout.isatty():
        click.launch(page)
    return 0


COMMANDS: tuple[click.Command, ...] = (dump, generate)
"""The commands that are no groups, for the root command."""

STORE = "The store"

CACHE_EXAMPLES = """\b
Examples:
  kubedx cache add s3 --region eu-west-1 --bucket team-kubedx
  kubedx cache add s3 --bucket kubedx --endpoint https://minio.example:9000
  kubedx cache add azure --storageacc teamkubedx --container answers
  kubedx cache add gcs --region europe-west1 --bucket team-kubedx --projectid my-project
  kubedx cache add interplex --endpoint interplex:8084

Who you are is found as the cloud's own tools find it; no key is written to the config file."""


@click.group(context_settings=_CONTEXT)
def cache() -> None:
    """Say where answers of models are kept, and look at what is there."""


@cache.command(name="add", cls=SectionedCommand, context_settings=_CONTEXT, epilog=CACHE_EXAMPLES)
@apply(
    setting(STORE, "--region", "-r", metavar="REGION", help="The region, of s3 and gcs (default: us-east-1)."),
    setting(STORE, "--endpoint", "-e", metavar="URL", help="A server of your own, of s3; HOST:PORT, of interplex."),
    switch(STORE, "--insecure", "-i", help="Do not check that server's certificate."),
    setting(STORE, "--bucket", "-b", metavar="NAME", help="The bucket, of s3 and gcs."),
    setting(STORE, "--projectid", "-p", metavar="ID", help="The project, of gcs."),
    setting(STORE, "--storageacc", "-s", metavar="NAME", help="The storage account, of azure."),
    setting(STORE, "--container", "-c", metavar="NAME", help="The container, of azure."),
    _global,
)
@click.argument("kind", metavar="s3|azure|gcs|interplex")
def cache_add(kind: str, **flags: Any) -> int:
    """Keep answers in a bucket or a cache server, which is created where it is not there."""
    from kubedx.cli.cache import CacheOptions, add

    flags.pop("verbose")
    return add(kind, CacheOptions(**_without_cluster(flags)))


@cache.command(name="get", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
def cache_get(config: str, **_flags: Any) -> int:
    """Print which cache is in use."""
    from kubedx.cli.cache import get

    return get(config)


@cache.command(name="list", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
def cache_list(config: str, **_flags: Any) -> int:
    """List what is kept, k8sgpt's own answers too."""
    from kubedx.cli.cache import show

    return show(config)


@cache.command(name="purge", cls=SectionedCommand, context_settings=_CONTEXT)
@apply(switch(STORE, "--all", "everything", help="Delete everything that is kept."), _global)
@click.argument("names", nargs=-1, metavar="[NAME]...")
def cache_purge(names: tuple[str, ...], *, everything: bool, config: str, **_flags: Any) -> int:
    """Delete what is kept under a name."""
    from kubedx.cli.cache import purge

    return purge(names, config, everything=everything)


@cache.command(name="remove", cls=SectionedCommand, context_settings=_CONTEXT)
@_global
def cache_remove(config: str, **_flags: Any) -> int:
    """Keep answers in files again. What is kept elsewhere stays there."""
    from kubedx.cli.cache import remove

    return remove(config)


GROUPS: tuple[click.Group, ...] = (auth, cache, filters, integration, custom_analyzer)
"""The groups, for the root command."""
