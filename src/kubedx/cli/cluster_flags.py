"""The flags that choose a cluster and say who asks: kubectl's long ones, for every command that reads a live cluster."""

from collections.abc import Callable
from typing import Any

from kubedx.cli.flags import apply, listing, setting, switch

READ = "Where to read"
REACH = "How to reach the cluster, as kubectl"

cluster_flags: Callable[[Callable[..., Any]], Callable[..., Any]] = apply(
    setting(READ, "--kubeconfig", metavar="FILE", help="The kubeconfig file (default: as kubectl finds it)."),
    setting(READ, "--kubecontext", "--context", metavar="NAME", help="The context in it (default: the current one)."),
    setting(REACH, "--cluster", metavar="NAME", help="The cluster of the kubeconfig (default: the context's)."),
    setting(REACH, "--user", metavar="NAME", help="The user of the kubeconfig (default: the context's)."),
    setting(REACH, "--as", "as_", metavar="USER", help="Act as this user."),
    listing(REACH, "--as-group", metavar="GROUP", help="Act as a member of this group. May be repeated."),
    setting(REACH, "--as-uid", metavar="UID", help="Act as the user with this UID."),
    setting(
        REACH, "--request-timeout", metavar="DURATION", help="How long each request may take, such as 10s (default: no limit of its own)."
    ),
    setting(REACH, "--server", metavar="URL", help="The API server (default: that of the kubeconfig)."),
    setting(REACH, "--token", metavar="TOKEN", help="A bearer token, which the list of processes shows."),
    setting(REACH, "--certificate-authority", metavar="FILE", help="Who signed the API server's certificate."),
    switch(REACH, "--insecure-skip-tls-verify", help="Do not check the API server's certificate. Whoever is between can read along."),
    setting(REACH, "--tls-server-name", metavar="NAME", help="The name in the API server's certificate."),
    setting(REACH, "--client-certificate", metavar="FILE", help="The client certificate."),
    setting(REACH, "--client-key", metavar="FILE", help="Its key."),
)
"""Decorator: the fields of `ClusterOptions`, as flags. Short ones have k8sgpt's meaning, so these have none."""

ignored_cluster_flags: Callable[[Callable[..., Any]], Callable[..., Any]] = apply(
    setting(READ, "--kubeconfig", metavar="FILE", help="Accepted everywhere, as k8sgpt does; of no meaning here.", hidden=True),
    setting(READ, "--kubecontext", "--context", metavar="NAME", help="As --kubeconfig.", hidden=True),
)
"""Decorator: k8sgpt's global flags, for commands that read no cluster."""
