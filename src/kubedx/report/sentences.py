"""The sentences of the terminal report for formats that break lines by themselves."""

from typing import NamedTuple

from kubedx.findings import Diagnosis, Focus
from kubedx.report.focus import write_focus
from kubedx.report.page import Page
from kubedx.report.seen import Grant, write_coverage


class Sentence(NamedTuple):
    """A sentence, or a command to copy."""

    text: str
    is_command: bool = False


class Sentences(Page):
    """A page that keeps sentences as they are, without their layout. They are not yet made printable."""

    def __init__(self) -> None:
        super().__init__(width=0)
        self.told: list[Sentence] = []

    def paragraph(self, text: str, *, lead: str = "", **_layout: object) -> None:
        """A sentence, with its lead where that is a word."""
        self.told.append(Sentence(f"{lead.lstrip()}{text}" if any(letter.isalpha() for letter in lead) else text))

    def command(self, text: str, *, lead: str, lead_style: str = "dim") -> None:  # noqa: ARG002  # of the terminal's page
        """A command."""
        self.told.append(Sentence(text, is_command=True))


def coverage_sentences(diagnosis: Diagnosis, grant: Grant) -> list[Sentence]:
    """What was read, what could not be, and what that leaves unjudged."""
    page = Sentences()
    write_coverage(page, diagnosis, grant)
    return page.told


def focus_sentences(focus: Focus) -> list[Sentence]:
    """What the object that was asked about needs, and what needs it."""
    page = Sentences()
    write_focus(page, focus)
    return page.told
