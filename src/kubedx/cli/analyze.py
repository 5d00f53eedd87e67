"""`analyze`: from checked flags to a report and an exit code."""

import os
import shlex
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kubedx import __version__
from kubedx.cli.clusters import docs_of, open_cluster
from kubedx.cli.filters import known_filters
from kubedx.cli.flags import split
from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.outputs import check_places, write_reports
from kubedx.cli.playbook import PlaybookExplainer
from kubedx.cli.stages import Laps, StagedExplainer, StagedSource, Stages
from kubedx.cli.suppressions import suppressions_of
from kubedx.cli.terminal import Terminal, complain, is_interactive, terminal_of, write_report
from kubedx.config import Config, load_config
from kubedx.findings import Coverage, Diagnosis, Incident, Severity, Suppressions
from kubedx.inventory import Inventory
from kubedx.kube import GapReason, Origin
from kubedx.pipeline import Others, Request, diagnose
from kubedx.report import Style
from kubedx.source import Scope, Source

if TYPE_CHECKING:
    from kubedx.cli.explainer import RunExplainer

FAILED = 3
UNSURE = 4


def analyze(name: str, options: AnalyzeOptions) -> int:
    """Analyze a cluster, print what was found, and say by the exit code how it went. Raises KubedxError."""
    options.check()
    check_places(options.outputs)
    in_turn = name != "k8sgpt" and options.is_text_alone and not options.watch
    models = _models(options, later=in_turn)
    config = load_config(Path(options.config) if options.config else None, os.environ)
    suppressions = suppressions_of(options, config)
    laps = Laps()
    request = _request(options, config, suppressions, laps)
    if options.watch:
        from kubedx.cli.watch import watch

        once = msgspec.structs.replace(options, no_pager=True)
        shown = partial(_print, name, once, request.filters, asks_later=False)
        watch(options, request, models or PlaybookExplainer(options.language), partial(_others, options, config), shown)
    stages = Stages(drawn=not options.quiet and is_interactive(sys.stderr))
    with stages:
        source = open_cluster(options, stages.progress)
        if options.with_doc:
            request = msgspec.structs.replace(request, docs=docs_of(source, request.deadline))
        try:
            others = _others(options, config, source)
            diagnosis = diagnose(
                StagedSource(source, stages), request, StagedExplainer(models or PlaybookExplainer(options.language), stages), others
            )
        finally:
            source.close()
    if diagnosis.cluster.source is Origin.LIVE:
        from kubedx.cli.remembered import remember

        remember(diagnosis.incidents, os.environ)
    if options.prompt_only:
        _print_prompts(options, diagnosis)
    else:
        asks_later = models is not None and models.later
        _print(name, options, request.filters, diagnosis, asks_later=asks_later)
        incidents = diagnosis.incidents
        if models is not None and asks_later and incidents:
            incidents = _explain(options, incidents, models)
        if options.interactive:
            _talk(name, options, incidents, models)
    if options.write_baseline:
        _write_baseline(options, diagnosis, suppressions)
    if options.with_stat:
        _say_stats(stages, laps)
    return exit_code(diagnosis, options.failing_level)


def _say_stats(stages: Stages, laps: Laps) -> None:
    for stage, seconds in stages.seconds.items():
        complain(f"- {stage} took {seconds:.2f}s")
    for code, seconds in laps.slowest():
        complain(f"- rule {code} took {seconds * 1000:.1f}ms")


def exit_code(diagnosis: Diagnosis, failing_level: Severity | None) -> int:
    """What a finished scan exits with (design §6)."""
    if failing_level is None:
        return 0
    if any(incident.severity.at_least(failing_level) for incident in diagnosis.incidents):
        return FAILED
    return 0 if diagnosis.coverage.complete else UNSURE


def _request(options: AnalyzeOptions, config: Config, suppressions: Suppressions, laps: Laps) -> Request:
    from kubedx.analyzers import filters

    chosen = known_filters(split(options.filter) or config.active_filters, filters())
    return Request(
        scope=Scope(options.namespaces, options.excluded),
        filters=chosen.known,
        selector=options.labels,
        target=options.object,
        suppressions=suppressions,
        level=options.shown_level,
        logs=options.log_policy,
        read_certificates=options.read_certificates,
        custom_resources=not options.no_custom_resources,
        lap=laps,
        deadline=None if options.seconds is None else time.monotonic() + options.seconds,
        warnings=chosen.warnings,
    )


def _others(options: AnalyzeOptions, config: Config, source: Source) -> Others | None:
    if not (options.custom_analysis or options.rules):
        return None
    from kubedx.cli.others import others_of

    return others_of(options, config, source)


def _write_baseline(options: AnalyzeOptions, diagnosis: Diagnosis, suppressions: Suppressions) -> None:
    from kubedx.cli.baseline import last_day, write_baseline

    today = diagnosis.scanned_at.date()
    reason = options.reason or f"known on {today}"
    count = write_baseline(options.write_baseline, diagnosis, suppressions.baseline, reason, last_day(options.expires, today))
    complain(f"kubedx: {options.write_baseline} acknowledges {count} incident{'' if count == 1 else 's'}; --baseline reads it")


def _print_prompts(options: AnalyzeOptions, diagnosis: Diagnosis) -> None:
    from kubedx.explain import prompt_text

    text = prompt_text(diagnosis.incidents, options.language, anonymize=not options.no_anonymize, audience=options.audience)
    write_report(text, terminal_of(sys.stdout, os.environ).encoding)


def _models(options: AnalyzeOptions, *, later: bool) -> "RunExplainer | None":
    """Whom --explain asks; what asks nobody imports nothing for it."""
    if not options.explain or options.prompt_only:
        return None
    from kubedx.cli.explainer import explainer_of

    return explainer_of(options, later=later, streams=later and is_interactive(sys.stdout))


def _explain(options: AnalyzeOptions, incidents: tuple[Incident, ...], explainer: "RunExplainer") -> tuple[Incident, ...]:
    """Ask the models, now that what was found is printed, and print what they say as it comes."""
    from kubedx.cli.telling import Teller

    terminal = terminal_of(sys.stdout, os.environ)
    style = _style_of(terminal)
    write_report("\n", terminal.encoding)
    explained = explainer.ask(incidents, Teller(incidents, style, lambda text: write_report(text, terminal.encoding), quiet=options.quiet))
    for warning in explained.warnings:
        complain(f"warning: {warning}")
    return explained.incidents


def _talk(name: str, options: AnalyzeOptions, incidents: tuple[Incident, ...], models: "RunExplainer | None") -> None:
    """Answer questions about the incidents, where there are some, and words to print them among."""
    if models is None or not options.is_text_alone:
        complain(f"{name}: --interactive needs --explain, and text as output; going on without it")
        return
    if not incidents or not isinstance(models.facts, Inventory):
        return
    from kubedx.cli.conversation import talk
    from kubedx.correlate import Library
    from kubedx.explain import Conversation

    terminal = terminal_of(sys.stdout, os.environ)
    conversation = Conversation(models.explainer, incidents, Library(models.facts))
    talk(conversation, _style_of(terminal), lambda text: write_report(text, terminal.encoding))


def _style_of(terminal: Terminal) -> Style:
    return Style(tool_version=__version__, width=terminal.width, colour=terminal.colour, ascii_only=terminal.ascii_only, explain=True)


def _print(name: str, options: AnalyzeOptions, filters: tuple[str, ...], diagnosis: Diagnosis, *, asks_later: bool) -> None:
    terminal = terminal_of(sys.stdout, os.environ)
    style = Style(
        tool_version=__version__,
        width=terminal.width,
        colour=terminal.colour,
        ascii_only=terminal.ascii_only,
        explain=options.explain and not asks_later,
        verbose=options.verbose,
        rights=_rights(options, filters, diagnosis.coverage),
        apply=shlex.join(["kubectl", *options.for_kubectl, "apply", "-f", "-"]),
    )
    paged = not options.no_pager and not asks_later
    write_reports(diagnosis, options.outputs, style, terminal, name=name, paged=paged, quiet=options.quiet)


def _rights(options: AnalyzeOptions, filters: tuple[str, ...], coverage: Coverage) -> str:
    """The command that prints the rights that this very scan lacked; empty where it lacked none."""
    if all(gap.reason is not GapReason.FORBIDDEN for gap in coverage.gaps):
        return ""
    from kubedx.cli.rbac import missing_rights

    return shlex.join([*missing_rights(filters, options, coverage), *options.for_kubectl])
