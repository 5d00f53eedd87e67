"""Explanations for a program: the playbook's, and a model's where a backend is named. No answer is kept."""

from kubedx.config import Config
from kubedx.explain import Explainer, ExplainSettings, check_templates, details
from kubedx.findings import Facts, Incident
from kubedx.pipeline import Explained

PLAYBOOK = "playbook"
"""The backend that asks nobody."""


class PlaybookOrModels:
    """The room `explain` as the pipeline wants it. Raises ConfigError for prompts of the config file that cannot be used."""

    def __init__(self, backend: str, language: str, config: Config) -> None:
        check_templates(config.ai.prompts)
        settings = ExplainSettings(backend=backend or PLAYBOOK, language=language, templates=config.ai.prompts, prices=config.budget.prices)
        self._explainer = Explainer(settings, config)

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """Every incident with its explanations, the best first."""
        explained = self._explainer.explain(incidents, facts)
        told = {incident.id: details(incident.explanations[0]) for incident in explained.incidents if incident.explanations}
        return Explained(explained.incidents, explained.provider, explained.warnings, told)
