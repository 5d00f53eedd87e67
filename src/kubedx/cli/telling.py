"""Telling explanations as they come: in the incidents' order, never one into another, and nothing that a check may take back."""

from collections.abc import Callable

import msgspec

from kubedx.cli.terminal import complain
from kubedx.explain import Tally
from kubedx.findings import Explanation, Incident
from kubedx.report import Style, render_explanations

Write = Callable[[str], None]


class TallyTeller:
    """Says on stderr what is about to be asked, and nothing else."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet

    def plan(self, sources: tuple[str, ...], tally: Tally) -> None:
        """One line before the first call."""
        if not self._quiet:
            complain(f"kubedx: asking {', '.join(dict.fromkeys(sources))}: {tally}")

    def draft(self, index: int, explanation: Explanation) -> None:
        """Nothing."""

    def done(self, index: int, incident: Incident) -> None:
        """Nothing."""


class Teller(TallyTeller):
    """Writes each incident's explanations when those before it are written; what stands of the next one, meanwhile."""

    def __init__(self, incidents: tuple[Incident, ...], style: Style, write: Write, *, quiet: bool) -> None:
        super().__init__(quiet=quiet)
        self._incidents, self._style, self._write = incidents, style, write
        self._drafts: dict[int, Incident] = {}
        self._finished: dict[int, Incident] = {}
        self._next = 0
        self._written: list[str] = []

    def draft(self, index: int, explanation: Explanation) -> None:
        """Keep what stands; write it when it is its turn."""
        incident = self._incidents[index]
        self._drafts[index] = _with(incident, explanation)
        if index == self._next:
            self._show(self._drafts[index])

    def done(self, index: int, incident: Incident) -> None:
        """Keep the whole; write what is due."""
        self._finished[index] = incident
        while self._next in self._finished:
            self._show(self._finished.pop(self._next), whole=True)
            self._next, self._written = self._next + 1, []
        if self._next in self._drafts:
            self._show(self._drafts[self._next])

    def _show(self, incident: Incident, *, whole: bool = False) -> None:
        """Write the lines that are new. Should a later one have changed an earlier one, all of it again."""
        lines = render_explanations(incident, self._style, is_draft=not whole).splitlines(keepends=True)
        if lines[: len(self._written)] != self._written:
            if not whole:
                return
            self._write("\n")
            self._written = []
        self._write("".join(lines[len(self._written) :]) + ("\n" if whole else ""))
        self._written = lines


def _with(incident: Incident, explanation: Explanation) -> Incident:
    return msgspec.structs.replace(incident, explanations=(explanation, *incident.explanations))
