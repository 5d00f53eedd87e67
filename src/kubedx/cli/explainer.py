"""What explains the incidents of a run with `--explain`: the backends that flags and config file name, and the playbook."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from kubedx.cli.options import AnalyzeOptions
from kubedx.cli.telling import TallyTeller
from kubedx.cli.terminal import complain
from kubedx.config import Config, load_config
from kubedx.errors import CacheError, ConfigError, UsageError
from kubedx.explain import (
    DEFAULT_CALLS,
    DEFAULT_TTL,
    Explainer,
    ExplainSettings,
    Ledger,
    Limits,
    Listener,
    Prompt,
    Store,
    check_templates,
    choose_store,
    details,
    ledger_path,
    read_limits,
)
from kubedx.explain import Explained as Answered
from kubedx.findings import Facts, Incident
from kubedx.kube import parse_duration
from kubedx.pipeline import Explained


class RunExplainer:
    """The room `explain` as the pipeline wants it. It fills `results[].details`, as k8sgpt does with --explain.

    With `later`, the pipeline gets the playbook's word alone, so that what was found can be printed first; `ask` asks the models then.
    """

    def __init__(self, explainer: Explainer, *, later: bool = False, quiet: bool = True) -> None:
        self.explainer, self._quiet = explainer, quiet
        self.later = later and explainer.asks()
        self.facts: Facts | None = None

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """Every incident with its explanations, the best first."""
        self.facts = facts
        if self.later:
            return Explained(self.explainer.by_playbook(incidents))
        explained = self.ask(incidents, TallyTeller(quiet=self._quiet))
        told = {incident.id: details(incident.explanations[0]) for incident in explained.incidents if incident.explanations}
        return Explained(explained.incidents, explained.provider, explained.warnings, told)

    def ask(self, incidents: tuple[Incident, ...], listener: Listener) -> Answered:
        """Ask the models, and say on stderr what that took."""
        assert self.facts is not None  # noqa: S101  # the pipeline was there before
        explained = self.explainer.explain(incidents, self.facts, listener)
        if explained.tally is not None and not self._quiet:
            complain(f"kubedx: {explained.tally}")
        return explained


def explainer_of(
    options: AnalyzeOptions, environ: Mapping[str, str] = os.environ, *, later: bool = False, streams: bool = False
) -> RunExplainer:
    """The explainer that the flags ask for. Raises ConfigError for a config file that cannot be used, and UsageError."""
    config = load_config(Path(options.config) if options.config else None, environ)
    check_templates(config.ai.prompts)
    now = datetime.now(UTC)
    run, day = _limits(options, config)
    settings = ExplainSettings(
        backend=options.backend,
        language=options.language,
        anonymize=options.masks_names,
        audience=options.audience,
        templates=config.ai.prompts,
        show_prompt=_show_prompt if options.show_prompt else None,
        headers=options.headers,
        ca_file=options.ca_file,
        run_limits=run,
        day_limits=day,
        prices=config.budget.prices,
        ledger=Ledger(ledger_path(environ), now.astimezone().date()),
        store=None if options.no_cache else _store(config, environ),
        ttl=_ttl(options, config),
        now=now,
        streams=streams,
    )
    return RunExplainer(Explainer(settings, config), later=later, quiet=options.quiet)


def _limits(options: AnalyzeOptions, config: Config) -> tuple[Limits, Limits]:
    """The config file's limits, and the flags' in their place where they say one."""
    own = config.budget
    try:
        read_limits(own.maxcalls, own.maxtokens, own.maxcost)
    except UsageError as error:
        raise ConfigError(f"budget in {config.path}: {error}") from error
    return read_limits(
        (str(DEFAULT_CALLS), *own.maxcalls, *options.spending("max_calls")),
        (*own.maxtokens, *options.spending("max_tokens")),
        (*own.maxcost, *options.spending("max_cost")),
    )


def _store(config: Config, environ: Mapping[str, str]) -> Store | None:
    try:
        return choose_store(config.cache, environ)
    except CacheError as error:
        complain(f"kubedx: {error}; going on without it")
        return None


def _ttl(options: AnalyzeOptions, config: Config) -> timedelta:
    if options.cache_ttl:
        return options.ttl
    if not config.cache.ttl:
        return DEFAULT_TTL
    try:
        return parse_duration(config.cache.ttl)
    except ValueError as error:
        raise ConfigError(f"cache.ttl in {config.path}: {error}; write a duration such as 30d") from error


def _show_prompt(prompt: Prompt) -> None:
    """What leaves for a model, on stderr."""
    form = f"\n# The form of the answer\n{msgspec.json.encode(prompt.schema).decode()}" if prompt.schema else ""
    complain(f"# What leaves for the model: the rules\n{prompt.system}\n# The question\n{prompt.user}{form}\n# End of what leaves")
