"""`serve`, which scripts for k8sgpt may call: its flags are known, and one sentence says that there is no server."""

from typing import Any

import click

from kubedx.cli.cluster_flags import ignored_cluster_flags
from kubedx.cli.flags import SectionedCommand, apply, listing, setting, switch
from kubedx.errors import KubedxError

SERVER = "The server"


@click.command(cls=SectionedCommand, hidden=True, context_settings={"help_option_names": ["-h", "--help"]})
@apply(
    setting(SERVER, "--port", "-p", default="8080", metavar="N", help="The port of k8sgpt's gRPC and REST."),
    setting(SERVER, "--metrics-port", "-m", default="8081", metavar="N", help="The port of its metrics."),
    setting(SERVER, "--backend", "-b", default="openai", metavar="NAME", help="Its backend."),
    switch(SERVER, "--http", help="REST beside gRPC."),
    switch(SERVER, "--mcp", help="MCP on standard input and output."),
    setting(SERVER, "--mcp-port", default="8089", metavar="N", help="The port of MCP."),
    switch(SERVER, "--mcp-http", help="MCP over HTTP."),
    listing(SERVER, "--filter", metavar="KIND", help="Its filters."),
    ignored_cluster_flags,
    setting(SERVER, "--config", metavar="FILE", help="The config file."),
    switch(SERVER, "--verbose", "-v", help="Say more."),
)
def serve(**_flags: Any) -> int:
    """Nothing is served: kubedx has no server. The flags are those of k8sgpt serve."""
    raise KubedxError(
        "kubedx has no server, gRPC, REST or MCP: serve does nothing; run analyze -o json from a CronJob, or -o openmetrics for metrics"
    )
