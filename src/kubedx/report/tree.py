"""How a root cause reaches its symptoms, as a short tree: each symptom below the one that it follows from."""

from collections.abc import Mapping, Sequence

from kubedx.findings import Symptom
from kubedx.report.page import Page

MOST_SYMPTOMS = 8
MOST_LINES = 3
MOST_ALIKE = 2
"""Symptoms of one rule below one cause that are shown; a hundredth pod adds nothing."""

_ROOT = "root"


def write_tree(page: Page, symptoms: Sequence[Symptom], indent: str) -> frozenset[str]:
    """The tree, cut where it is large. Gives the ids of the symptoms that it shows."""
    tree = _Tree(page, symptoms)
    tree.write(_ROOT, indent)
    hidden = len(symptoms) - len(tree.shown)
    if hidden:
        page.paragraph(f"and {hidden} more (-o json shows all)", lead=f"{indent}  ", style="dim")
    return frozenset(tree.shown)


class _Tree:
    def __init__(self, page: Page, symptoms: Sequence[Symptom]) -> None:
        self._page = page
        self._below = _by_cause(symptoms)
        self.shown: set[str] = set()

    def write(self, cause: str, indent: str) -> None:
        """What follows from a cause, each with what follows from it."""
        glyphs = self._page.glyphs
        below = self._shown_of(self._below.get(cause, ()))
        for symptom in below:
            if len(self.shown) == MOST_SYMPTOMS:
                return
            self.shown.add(symptom.id)
            is_last = symptom is below[-1]
            trunk = indent + ("  " if is_last else f"{glyphs.trunk} ")
            branch = glyphs.follows if is_last else glyphs.branch
            self._page.paragraph(
                f"{symptom.subject}: {symptom.message}", lead=f"{indent}{branch} ", hang=f"{trunk}  ", most_lines=MOST_LINES
            )
            self.write(symptom.id, trunk)

    def _shown_of(self, symptoms: Sequence[Symptom]) -> list[Symptom]:
        """The first few of each rule. What others follow from comes last, so that the eye falls from it to them."""
        counts: dict[str, int] = {}
        shown = []
        for symptom in symptoms:
            counts[symptom.code] = counts.get(symptom.code, 0) + 1
            if counts[symptom.code] <= MOST_ALIKE:
                shown.append(symptom)
        return sorted(shown, key=lambda symptom: symptom.id in self._below)


def _by_cause(symptoms: Sequence[Symptom]) -> Mapping[str, list[Symptom]]:
    """The symptoms below the nearest of what each follows from; below the root where that is not among them."""
    known = {symptom.id for symptom in symptoms}
    below: dict[str, list[Symptom]] = {}
    for symptom in symptoms:
        below.setdefault(next((cause for cause in symptom.because if cause in known), _ROOT), []).append(symptom)
    return below
