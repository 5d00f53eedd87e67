"""The explainer of a run that asks no model: the playbook's word on every incident. It imports nothing that only models need."""

import msgspec

from kubedx.explain import explain_by_playbook
from kubedx.findings import Facts, Incident
from kubedx.pipeline import Explained


class PlaybookExplainer:
    """The playbook as the pipeline wants it, in Chinese or in English."""

    def __init__(self, language: str) -> None:
        self._language = language

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:  # noqa: ARG002  # the pipeline's Explainer has them
        """Every incident with the playbook's explanation."""
        return Explained(tuple(msgspec.structs.replace(one, explanations=(explain_by_playbook(one, self._language),)) for one in incidents))
