"""The tree of commands and their flags. What a command does is imported when it runs."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from kubedx import __version__
from kubedx.cli.argv import Commands, Grammar, normalise
from kubedx.cli.cluster_flags import READ, cluster_flags, ignored_cluster_flags
from kubedx.cli.examples import epilog_of
from kubedx.cli.flags import WIDEST_HELP, SectionedCommand, apply, grammar_of, listing, setting, switch
from kubedx.cli.serve_app import serve
from kubedx.cli.settings_app import COMMANDS, GROUPS
from kubedx.errors import UsageError

LOOK = "What to look at"
EXPLAIN = "Explaining"
OUTPUT = "Output"
GLOBAL = "Global flags"

ANALYZE_EXAMPLES = """\b
Examples:
  kubedx analyze                                   the cluster of the current context
  kubedx analyze --explain --filter=Pod -n=default -c
  kubedx analyze deploy/cart -n shop               one object: its incidents, what it needs, what needs it
  kubedx analyze --from cluster.tar.gz --explain   a dump or recording; needs no cluster
  kubedx analyze --from must-gather.local.1/       of OpenShift; also support bundles, kubectl cluster-info dump
  kubectl get pods,deploy,rs,svc,events -A -o json | kubedx analyze --from -
  kubedx analyze --demo --explain                  a recorded cluster, packaged
  kubedx analyze -o json --fail-on error           for scripts: exit code 3 when something is broken
  kubedx analyze -o text -o html=report.html -o sarif=kubedx.sarif
                                                   several reports of one scan"""

_CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": WIDEST_HELP}


ALIASES = {"analyse": "analyze", "filter": "filters", "integrations": "integration"}


class _Commands(click.Group):
    """A group whose commands answer to their aliases too."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name or alias."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What to try first, under the name that was typed."""
        name = ctx.find_root().info_name
        formatter.write_paragraph()
        formatter.write(f"  {name} COMMAND --help tells a command's flags. Try: {name} analyze --demo --explain\n")


@click.group(cls=_Commands, context_settings=_CONTEXT)
@click.version_option(__version__, "--version", message="%(version)s")
def kubedx() -> None:
    """Find what is broken in a Kubernetes cluster, why, and what to do about it."""


_places = apply(
    listing(LOOK, "--namespace", "-n", metavar="NAME", help="Only these namespaces (default: all). May be repeated."),
    switch(LOOK, "--all-namespaces", "-A", help="Every namespace, which is the default too."),
    listing(LOOK, "--exclude-namespace", metavar="NAME", help="Leave these namespaces out."),
    listing(LOOK, "--filter", "-f", metavar="KIND", help="Only what is wrong with these: Pod, Service … (kubedx rules lists them)."),
)
_logs = setting(
    LOOK, "--logs", default="suspects", metavar="WHICH", help="Logs to read: none, suspects, sample (one pod of each workload too), all."
)
_certificates = switch(
    LOOK, "--read-certificates", help="Read the certificates of TLS Secrets in use: a Secret is read whole, its key is thrown away."
)
_look = apply(
    _places,
    setting(LOOK, "--selector", "-L", metavar="LABELS", help="Only objects with these labels, such as app=web,tier!=db."),
    setting(LOOK, "--level", default="warning", metavar="SEVERITY", help="The least severity to report: info, warning or error."),
    switch(LOOK, "--custom-analysis", "-z", help="Ask the custom analyzers of the config file too."),
    listing(
        LOOK, "--rules", metavar="PATH", help="Judge by the rules in this file, folder or configmap/NAMESPACE/NAME too. May be repeated."
    ),
    _logs,
    _certificates,
)
_customs = switch(LOOK, "--no-custom-resources", help="Do not list custom resources, such as those of operators.")
_read = apply(
    listing(
        READ,
        "--from",
        "from_",
        metavar="PATH",
        help="Read a dump or recording: file, directory, .tar, .tar.gz, .zip, or - for stdin. May be repeated.",
    ),
    switch(READ, "--demo", help="Read the packaged demo cluster."),
    switch(READ, "--or-demo", help="Read it where no cluster is configured."),
    cluster_flags,
    setting(READ, "--timeout", metavar="DURATION", help="Stop reading after this long, such as 30s, and report what was read by then."),
    setting(READ, "--max-concurrency", "-m", default="4", metavar="N", help="Requests at the same time, at most."),
    setting(READ, "--qps", metavar="N", help="Requests that may begin in a second, at most (default: as many as the API server takes)."),
)
_explain = apply(
    switch(EXPLAIN, "--explain", "-e", help="Tell what happened and the steps to take."),
    setting(
        EXPLAIN,
        "--backend",
        "-b",
        metavar="NAME",
        help="The model backend; several with commas are compared (default: the config file's; none: the playbook).",
    ),
    setting(EXPLAIN, "--language", "-l", default="english", metavar="LANGUAGE", help="The language of explanations."),
    setting(EXPLAIN, "--audience", metavar="WHO", help="For whom to explain: developer, sre, manager, beginner, or your own words."),
    switch(EXPLAIN, "--prompt-only", help="Print the prompt for any chat model, and call none."),
    switch(EXPLAIN, "--show-prompt", help="Print on stderr exactly what leaves for the model, as it leaves."),
    switch(EXPLAIN, "--anonymize", "-a", help="Mask names before a model sees them (default: unless it runs on this machine)."),
    switch(EXPLAIN, "--no-anonymize", help="Mask no names; secrets are masked all the same."),
    switch(EXPLAIN, "--no-cache", "-c", help="Ask the model anew, whatever it answered before, and keep nothing."),
    setting(EXPLAIN, "--cache-ttl", metavar="DURATION", help="How long a kept answer holds, such as 12h or 7d (default: 30d)."),
    listing(EXPLAIN, "--max-calls", metavar="N[/day]", help="Calls of models, at most, of this run (default: 50), or 200/day of all runs."),
    listing(EXPLAIN, "--max-tokens", metavar="N[/day]", help="As --max-calls, of tokens."),
    listing(EXPLAIN, "--max-cost", metavar="USD[/day]", help="As --max-calls, of dollars, where the model's price is known."),
    switch(EXPLAIN, "--with-doc", "-d", help="Add what the API says of the fields that are quoted."),
    switch(EXPLAIN, "--interactive", "-i", help="Ask questions about the incidents afterwards; needs --explain."),
    listing(EXPLAIN, "--custom-headers", "-r", metavar="KEY:VALUE", help="Send this header to the backend."),
    setting(EXPLAIN, "--ca-file", metavar="FILE", help="Trust the CAs in this PEM file too, for the backend (SSL_CERT_FILE: instead)."),
)
_reports = apply(
    listing(
        OUTPUT,
        "--output",
        "-o",
        metavar="FORMAT[=PATH]",
        help="text (default), json, yaml, markdown, html, sarif, junit or openmetrics. With a path, in a file; may be repeated.",
    ),
    setting(OUTPUT, "--output-file", metavar="PATH", help="Write the report to this file; its ending tells the format, when no -o does."),
    switch(OUTPUT, "--no-pager", help="Show a long text as it is ($KUBEDX_PAGER or $PAGER names the pager)."),
)
_output = apply(
    _reports,
    setting(
        OUTPUT, "--fail-on", default="none", metavar="SEVERITY", help="Exit with 3 when there is an incident at or above this severity."
    ),
    setting(OUTPUT, "--baseline", metavar="FILE", help="Do not report the incidents that this file acknowledges."),
    setting(OUTPUT, "--write-baseline", metavar="FILE", help="Acknowledge what is reported now, in this file."),
    setting(OUTPUT, "--reason", metavar="TEXT", help="Why, for --write-baseline (default: known on this day)."),
    setting(OUTPUT, "--expires", metavar="DAY", help="The last day on which that holds: a date, or a time such as 30d (default: 90d)."),
    switch(OUTPUT, "--watch", help="Stay, and tell each incident that begins or is over, until Ctrl-C."),
    switch(OUTPUT, "--with-stat", "--with-stats", "-s", help="Say on stderr how long each part took, and the slowest rules."),
    switch(OUTPUT, "--quiet", "-q", help="No progress on stderr."),
)
_global = apply(
    setting(GLOBAL, "--config", metavar="FILE", help="The config file of the backends (default: k8sgpt's own k8sgpt.yaml)."),
    switch(GLOBAL, "--verbose", "-v", help="Say why incidents stand in this order, and more when something fails."),
)


@kubedx.command(cls=SectionedCommand, epilog=ANALYZE_EXAMPLES, context_settings=_CONTEXT)
@apply(_look, _customs, _read, _explain, _output, _global)
@click.argument("target", nargs=-1, metavar="[KIND/NAME]")
@click.pass_context
def analyze(ctx: click.Context, /, **flags: Any) -> int:
    """Find what is broken, one incident per root cause.

    With KIND/NAME, such as deploy/cart, only what concerns that object, and what it depends on.
    """
    from kubedx.cli.analyze import analyze as run
    from kubedx.cli.options import AnalyzeOptions

    return run(str(ctx.find_root().info_name), AnalyzeOptions(**flags))


COMPARE_EXAMPLES = """\b
Examples:
  kubedx compare --backend ollama,openai           what each of two models says of every incident
  kubedx compare deploy/cart -n shop -b ollama,openai,anthropic --max-cost 0.50
  kubedx compare -b ollama,openai --from dump.tar.gz -o html=models.html
                                                   side by side in a browser, with time, tokens and citations"""


@kubedx.command(cls=SectionedCommand, epilog=COMPARE_EXAMPLES, context_settings=_CONTEXT)
@apply(_look, _customs, _read, _explain, _output, _global)
@click.argument("target", nargs=-1, metavar="[KIND/NAME]")
@click.pass_context
def compare(ctx: click.Context, /, **flags: Any) -> int:
    """Analyze with --explain, and tell what several models say, side by side.

    --backend names two or more that are configured. A terminal of 120 columns or more has them side by side.
    """
    from kubedx.cli.compare import compare as run
    from kubedx.cli.options import AnalyzeOptions

    return run(str(ctx.find_root().info_name), AnalyzeOptions(**flags))


DIFF_EXAMPLES = """\b
Examples:
  kubedx analyze -o json > monday.json; …; kubedx analyze -o json > tuesday.json
  kubedx diff monday.json tuesday.json             what is new, what persists, what is resolved
  kubedx analyze -o json | kubedx diff monday.json -   against the cluster as it is now
  kubedx diff monday.tar.gz tuesday.tar.gz --fail-on error
                                                   of recordings or dumps; exit code 3 for a new error"""

_compare = apply(
    listing(LOOK, "--namespace", "-n", metavar="NAME", help="Only these namespaces of dumps (default: all). May be repeated."),
    setting(LOOK, "--level", default="warning", metavar="SEVERITY", help="The least severity to find in dumps: info, warning or error."),
    setting(OUTPUT, "--output", "-o", default="text", metavar="FORMAT", help="text, json, yaml or markdown."),
    setting(OUTPUT, "--fail-on", default="none", metavar="SEVERITY", help="Exit with 3 when an incident of this severity is new or worse."),
)


@kubedx.command(cls=SectionedCommand, epilog=DIFF_EXAMPLES, context_settings=_CONTEXT)
@apply(_compare, _global)
@click.argument("old")
@click.argument("new")
def diff(**flags: Any) -> int:
    """Compare the incidents of two diagnoses (-o json), recordings or dumps."""
    from kubedx.cli.diff import DiffOptions
    from kubedx.cli.diff import diff as run

    return run(DiffOptions(**flags))


RECORD_EXAMPLES = """\b
Examples:
  kubedx record -o dump.tar.gz                     what a scan reads, in a file
  kubedx analyze --from dump.tar.gz --explain      the same diagnosis, without the cluster
  kubedx record -o share.tar.gz --redact           names, addresses and secrets masked
  kubedx record -o - -n shop | ssh host 'kubedx analyze --from - -n shop'

No value of a Secret is ever read. Without --redact a recording holds what pods say in specs and logs, passwords too.
With it, what only people know to be private (words in logs) may still be in it: look before you share it."""

_write = apply(
    setting(OUTPUT, "--output", "-o", metavar="PATH", help="Where to write: NAME.tar.gz, NAME.tar, a folder, or - for standard output."),
    switch(OUTPUT, "--redact", help="Mask names, hosts, addresses, e-mails, uids and secrets; the incidents stay."),
    switch(OUTPUT, "--force", help="Replace a file or an earlier recording."),
    switch(OUTPUT, "--quiet", "-q", help="No progress on stderr."),
)


@kubedx.command(cls=SectionedCommand, epilog=RECORD_EXAMPLES, context_settings=_CONTEXT)
@apply(_write, _places, _logs, _read, _global)
def record(**flags: Any) -> int:
    """Write what a scan reads to a file, to diagnose it elsewhere or later."""
    from kubedx.cli.record import RecordOptions
    from kubedx.cli.record import record as run

    return run(RecordOptions(**flags))


@kubedx.command(cls=SectionedCommand, context_settings=_CONTEXT)
@apply(ignored_cluster_flags, _global)
@click.argument("code", default="")
@click.argument("files", nargs=-1, metavar="[FILE]...")
def rules(code: str, files: tuple[str, ...], **_flags: Any) -> int:
    """List the rules, or those of a filter, or explain the one with this CODE.

    kubedx rules test FILE runs the tests that rules of your own bring along.
    """
    if code == "test":
        from kubedx.cli.rules import test_rules

        return test_rules(files)
    if files:
        raise UsageError("kubedx rules takes one CODE or FILTER, or test with files")
    from kubedx.cli.rules import print_rules

    return print_rules(code)


PREFLIGHT_EXAMPLES = """\b
Examples:
  kubedx preflight -f deploy.yaml -n shop          what it would break in the cluster of the current context
  kubectl kustomize overlays/prod | kubedx preflight -f - --from cluster.tar.gz
  kubedx preflight -f manifests/ --fail-on error   for a pipeline: exit code 3 when something would be broken"""

_manifests = apply(
    listing(LOOK, "--filename", "-f", metavar="FILE", help="A manifest, a folder of them, or - for standard input. May be repeated."),
    setting(LOOK, "--namespace", "-n", default="default", metavar="NAME", help="For objects that name no namespace."),
    setting(LOOK, "--level", default="warning", metavar="SEVERITY", help="The least severity to report: info, warning or error."),
    listing(READ, "--from", "from_", metavar="PATH", help="A dump or recording in place of the live cluster. May be repeated."),
    switch(READ, "--demo", help="The packaged demo cluster in place of the live one."),
    cluster_flags,
    setting(READ, "--timeout", metavar="DURATION", help="Stop reading after this long, such as 30s, and report what was read by then."),
    setting(READ, "--max-concurrency", "-m", default="4", metavar="N", help="Requests at the same time, at most."),
    _reports,
    setting(OUTPUT, "--fail-on", default="none", metavar="SEVERITY", help="Exit with 3 when they would cause an incident this severe."),
    switch(OUTPUT, "--quiet", "-q", help="No progress on stderr."),
)


@kubedx.command(cls=SectionedCommand, epilog=PREFLIGHT_EXAMPLES, context_settings=_CONTEXT)
@apply(_manifests, _global)
def preflight(**flags: Any) -> int:
    """Tell which incidents manifests would cause, before they are applied. Nothing is changed."""
    from kubedx.cli.preflight import PreflightOptions
    from kubedx.cli.preflight import preflight as run

    return run(PreflightOptions(**flags))


VERIFY_EXAMPLES = """\b
Examples:
  kubedx verify 3f9a2c1d                           exit code 0 when it is resolved, 3 while it persists
  kubedx verify 3f9a2c1d --wait 5m                 look until it is resolved, five minutes at most"""

_again = apply(
    setting(LOOK, "--wait", metavar="DURATION", help="Look again until it is resolved, for so long at most, such as 5m."),
    listing(READ, "--from", "from_", metavar="PATH", help="A dump or recording in place of the live cluster. May be repeated."),
    switch(READ, "--demo", help="The packaged demo cluster in place of the live one."),
    cluster_flags,
    setting(READ, "--timeout", metavar="DURATION", help="How long one look may read, such as 30s."),
    setting(READ, "--max-concurrency", "-m", default="4", metavar="N", help="Requests at the same time, at most."),
    setting(OUTPUT, "--output", "-o", default="text", metavar="FORMAT", help="text, json or yaml."),
)


@kubedx.command(cls=SectionedCommand, epilog=VERIFY_EXAMPLES, context_settings=_CONTEXT)
@apply(_again, _global)
@click.argument("id", metavar="ID")
def verify(**flags: Any) -> int:
    """Tell whether the incident with this ID of a report is resolved. Reads only what that one incident needs."""
    from kubedx.cli.verify import VerifyOptions
    from kubedx.cli.verify import verify as run

    return run(VerifyOptions(**flags))


RBAC_EXAMPLES = """\b
Examples:
  kubedx rbac --logs | kubectl apply -f -          a ClusterRole for kubedx analyze
  kubedx rbac -n shop,billing --filter=Pod         a Role for each of two namespaces"""

_grant = apply(
    listing(LOOK, "--namespace", "-n", metavar="NAME", help="Only these namespaces: a Role for each (default: all). May be repeated."),
    switch(LOOK, "--all-namespaces", "-A", help="Every namespace, which is the default too."),
    listing(LOOK, "--filter", "-f", metavar="KIND", help="Only what is needed for these: Pod, Service …"),
    switch(LOOK, "--secrets", help="Grant the right to list Secrets too, which lets their values be read."),
    switch(LOOK, "--logs", help="Grant the right to read logs too."),
    switch(LOOK, "--read-certificates", help="Grant what analyze --read-certificates needs: the right to read Secrets."),
    switch(LOOK, "--watch", help="Grant what analyze --watch needs: the right to watch what is listed."),
    switch(READ, "--offline", help="Do not ask the cluster which custom resources it serves; they are left out."),
)


@kubedx.command(cls=SectionedCommand, epilog=RBAC_EXAMPLES, context_settings=_CONTEXT)
@apply(_grant, cluster_flags, _global)
def rbac(**flags: Any) -> int:
    """Print the least RBAC rights that a scan with the same flags needs."""
    from kubedx.cli.rbac import RbacOptions, print_rbac

    return print_rbac(RbacOptions(**flags))


@kubedx.command(cls=SectionedCommand, context_settings=_CONTEXT)
@apply(ignored_cluster_flags, _global)
@click.pass_context
def version(ctx: click.Context, /, **_flags: Any) -> int:
    """Print the version."""
    name = ctx.find_root().info_name
    click.echo(f"k8sgpt: {__version__} (kubedx), built at: unknown" if name == "k8sgpt" else f"kubedx: {__version__}")
    return 0


@kubedx.command(cls=SectionedCommand, context_settings=_CONTEXT)
@apply(ignored_cluster_flags, _global)
@click.argument("shell", default="")
@click.pass_context
def completion(ctx: click.Context, /, shell: str, **_flags: Any) -> int:
    """Print the completion script of a shell.

    SHELL is bash, zsh, fish or powershell. For bash: source <(kubedx completion bash)
    """
    from click.shell_completion import get_completion_class

    from kubedx.cli import kubectl

    if ctx.find_root().info_name == kubectl.NAME:
        raise UsageError("kubectl completes its plugins by itself, with kubectl_complete-dx on the PATH; see: kubectl completion --help")
    found = get_completion_class(shell)
    if found is None:
        raise UsageError(f'completion is for bash, zsh, fish or powershell, not for "{shell}"')
    name = str(ctx.find_root().info_name)
    click.echo(found(kubedx, {}, name, _completion_variable(name)).source())
    return 0


for _command in (*GROUPS, *COMMANDS, serve):
    kubedx.add_command(_command)


def _add_examples(group: click.Group, words: str = "") -> None:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            _add_examples(command, f"{words}{name} ")
        else:
            command.epilog = command.epilog or epilog_of(f"{words}{name}")


_add_examples(kubedx)


def run_app(name: str, argv: Sequence[str]) -> int:
    """Run a command line under that name of the program, and give its exit code. Raises UsageError."""
    grammars = _grammars_of(kubedx)
    words = normalise(argv, {**grammars, **{alias: grammars[command] for alias, command in ALIASES.items()}})
    if not words or words[0] == "help":
        words = [*words[1:], "--help"]
    if len(words) == 1 and isinstance(kubedx.get_command(click.Context(kubedx), words[0]), click.Group):
        words = [*words, "--help"]
    if _completion_variable(name) in os.environ:
        kubedx.main(prog_name=name, complete_var=_completion_variable(name))
    try:
        # Not click's main(), which has its own mind about interrupts, closed pipes and exit codes.
        with kubedx.make_context(name, words) as context:
            code = kubedx.invoke(context)
    except click.exceptions.Exit as leave:
        code = leave.exit_code
    except click.ClickException as error:
        raise UsageError(_sentence(error, name)) from error
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _grammars_of(group: click.Group) -> dict[str, Grammar | Commands]:
    return {
        name: _grammars_of(command) if isinstance(command, click.Group) else grammar_of(command) for name, command in group.commands.items()
    }


def _completion_variable(name: str) -> str:
    return f"_{name.upper()}_COMPLETE"


def _sentence(error: click.ClickException, name: str) -> str:
    message = error.format_message().rstrip(".")
    command = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else name
    return f"{message[:1].lower()}{message[1:]}; {command} --help tells how it is used"
