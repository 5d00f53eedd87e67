"""What explains the incidents of a run: the playbook always, and the backend that the flags and the config file name."""

import msgspec

from kubedx.cli.options import AnalyzeOptions
from kubedx.explain.playbook import explain_by_playbook
from kubedx.findings import Facts, Incident
from kubedx.pipeline import Explained, Explainer


class PlaybookExplainer:
    """Explains by the playbook alone."""

    def __init__(self, language: str) -> None:
        self._language = language

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:  # noqa: ARG002  # the playbook claims nothing that needs checking
        """Every incident with the playbook's explanation."""
        explained = (
            msgspec.structs.replace(incident, explanations=(explain_by_playbook(incident, self._language),)) for incident in incidents
        )
        return Explained(tuple(explained))


def explainer_of(options: AnalyzeOptions) -> Explainer:
    """The explainer that the flags ask for."""
    return PlaybookExplainer(options.language)
