"""What explains the incidents of a run: the playbook always; with `--explain` also the backend that flags and config file name."""

import os
from collections.abc import Mapping
from pathlib import Path

from kubedx.cli.options import AnalyzeOptions
from kubedx.config import Config, load_config
from kubedx.explain import Explainer, ExplainSettings, cache_path, details
from kubedx.findings import Facts, Incident
from kubedx.pipeline import Explained


class RunExplainer:
    """The room `explain` as the pipeline wants it. `in_results` fills `results[].details`, as k8sgpt does with --explain."""

    def __init__(self, explainer: Explainer, *, in_results: bool) -> None:
        self._explainer, self._in_results = explainer, in_results

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """Every incident with its explanations, the best first."""
        explained = self._explainer.explain(incidents, facts)
        told = {incident.id: details(incident.explanations[0]) for incident in explained.incidents if incident.explanations}
        return Explained(explained.incidents, explained.provider, explained.warnings, told if self._in_results else {})


def explainer_of(options: AnalyzeOptions, environ: Mapping[str, str] = os.environ) -> RunExplainer:
    """The explainer that the flags ask for. Raises ConfigError for a config file that cannot be used."""
    if not options.explain or options.prompt_only:
        return RunExplainer(Explainer(ExplainSettings(backend="playbook", language=options.language), Config()), in_results=options.explain)
    config = load_config(Path(options.config) if options.config else None, environ)
    settings = ExplainSettings(
        backend=options.backend,
        language=options.language,
        anonymize=options.anonymize,
        headers=options.headers,
        cache_dir=None if options.no_cache else cache_path(environ),
    )
    return RunExplainer(Explainer(settings, config), in_results=True)
