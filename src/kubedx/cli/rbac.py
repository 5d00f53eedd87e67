"""`kubedx rbac`: the rights that a scan needs, as a manifest to apply."""

import os
import shlex
import sys
import time
from collections.abc import Mapping

from kubedx.analyzers import access, catalogue, filters, reads_custom_resources, relevant
from kubedx.cli.cluster_options import ClusterOptions
from kubedx.cli.clusters import open_cluster
from kubedx.cli.filters import known_filters
from kubedx.cli.flags import split
from kubedx.cli.manifest import Wish, manifest
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.terminal import complain, terminal_of, write_report
from kubedx.errors import KubedxError, UsageError
from kubedx.findings import Coverage
from kubedx.kube import TYPES, GapReason, Kind, Pod, pattern_of
from kubedx.source import is_cluster_configured

PATIENCE = 10.0
"""Seconds to wait for a cluster to say which custom resources it serves."""

# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
_NAMESPACE = pattern_of(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class RbacOptions(ClusterOptions, frozen=True, kw_only=True):
    """The flags as they were typed, one field a flag."""

    namespace: tuple[str, ...] = ()
    all_namespaces: bool = False
    filter: tuple[str, ...] = ()
    secrets: bool = False
    logs: bool = False
    read_certificates: bool = False
    watch: bool = False
    offline: bool = False
    config: str = ""
    verbose: bool = False

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that were named; none means all. Raises UsageError for what cannot be the name of one."""
        names = split(self.namespace)
        if names and self.all_namespaces:
            raise UsageError("--all-namespaces and --namespace exclude each other; leave one out")
        for name in names:
            if not _NAMESPACE.fullmatch(name):
                raise UsageError(f'"{name}" cannot be the name of a namespace, which has lower-case letters, digits and dashes only')
        return names


def print_rbac(options: RbacOptions, environ: Mapping[str, str] = os.environ) -> int:
    """Print the manifest. Raises UsageError."""
    options.check_cluster()
    namespaces = options.namespaces
    chosen = known_filters(split(options.filter), filters())
    for warning in chosen.warnings:
        complain(f"kubedx: {warning}")
    rules = relevant(catalogue(), chosen.known)
    custom, unnamed = _custom_kinds(options, environ) if reads_custom_resources(rules) else ((), "")
    secrets = options.secrets or options.read_certificates
    granted = access(rules, custom, secrets=secrets, logs=options.logs, watch=options.watch)
    command = rbac_command(
        chosen.known,
        namespaces,
        secrets=options.secrets,
        logs=options.logs,
        certificates=options.read_certificates,
        watch=options.watch,
    )
    wish = Wish(shlex.join(command), namespaces, secrets, options.logs, unnamed, options.read_certificates, options.watch)
    write_report(manifest(granted, wish), terminal_of(sys.stdout, environ).encoding)
    return 0


def rbac_command(
    chosen: tuple[str, ...],
    namespaces: tuple[str, ...],
    *,
    secrets: bool = False,
    logs: bool = False,
    certificates: bool = False,
    watch: bool = False,
) -> list[str]:
    """The words of the command line that prints the rights of a scan with these filters and namespaces."""
    words = ["kubedx", "rbac"]
    words += [f"--filter={','.join(chosen)}"] if chosen else []
    words += [f"--namespace={','.join(namespaces)}"] if namespaces else []
    switches = {"--secrets": secrets, "--logs": logs, "--read-certificates": certificates, "--watch": watch}
    words += [flag for flag, given in switches.items() if given]
    return words


def missing_rights(chosen: tuple[str, ...], options: AnalyzeOptions, coverage: Coverage) -> list[str]:
    """The words of the command line that prints the rights that a scan lacked.

    Of the namespaces that it was limited to, also where no flag did that but the lack of wider rights. With logs only where one was
    refused, or where the pods were whose logs would have been read.
    """
    refused = {gap.kind for gap in coverage.gaps if gap.reason is GapReason.FORBIDDEN}
    logs = options.logs != "none" and Pod.KIND.kind in refused
    return rbac_command(chosen, options.namespaces or _fallen_back_to(coverage), logs=logs, certificates=options.read_certificates)


def _fallen_back_to(coverage: Coverage) -> tuple[str, ...]:
    """The namespaces in which something was read that may not be listed in all; none where any kind of theirs was read in all of them.

    Where the others are known by name, each is a gap of its own, and rights in all of them are what lacks.
    """
    known = {(kind.KIND.api_version, kind.KIND.kind): kind.KIND for kind in TYPES}
    refused = {(gap.api_version, gap.kind) for gap in coverage.gaps if gap.reason is GapReason.FORBIDDEN and not gap.namespace}
    namespaces: set[str] = set()
    for one in coverage.read:
        key = one.api_version, one.kind
        if key in refused:
            namespaces.update(one.namespaces)
        elif one.count and not one.namespaces and key in known and known[key].namespaced:
            return ()
    return tuple(sorted(namespaces))


def _custom_kinds(options: RbacOptions, environ: Mapping[str, str]) -> tuple[tuple[Kind, ...], str]:
    """The custom kinds that the cluster serves, or why they cannot be told: RBAC has no word for `all but Secrets`."""
    if options.offline:
        return (), "as --offline asks"
    if not is_cluster_configured(options.kubeconfig, options.kubecontext, environ, overrides=options.overrides):
        return (), "since no cluster is configured that could say which it serves"
    live = AnalyzeOptions(**options.reach)
    try:
        source = open_cluster(live, lambda _kind, _done, _total: None, environ)
        try:
            return source.custom_kinds(time.monotonic() + PATIENCE), ""
        finally:
            source.close()
    except KubedxError as error:
        complain(f"kubedx: custom resources are left out: {error}")
        return (), "since the cluster did not say which it serves"
