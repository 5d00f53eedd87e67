"""What models say of one incident, after what was found is told: each with what it took and rests on; several side by side where the
terminal is wide enough, else one after the other.
"""

from collections.abc import Sequence

import msgspec

from kubedx.findings import EvidenceType, Explanation, Incident
from kubedx.report.commands import PLAYBOOK, steps_of
from kubedx.report.page import Page

MOST_LINES = 12
SIDE_BY_SIDE = 120
"""Cells of a terminal from which on several answers stand side by side."""
NARROWEST_COLUMN = 40

_INDENT = "   "


def models_of(incident: Incident) -> tuple[Explanation, ...]:
    """The explanations that are not the playbook's."""
    return tuple(one for one in incident.explanations if one.source != PLAYBOOK)


def write_explanations(page: Page, incident: Incident, *, is_draft: bool) -> None:
    """The incident's title and its explanations: of the models that answered, else the playbook's.

    A draft is what stands of an answer that is still coming, without what can be said only at its end.
    """
    page.paragraph(incident.title, lead=f"{incident.rank}. ", style="bold", hang=3)
    models = incident.explanations[:-1]
    if len(models) > 1:
        write_models(page, models, incident.title)
        return
    explanation = (models or incident.explanations)[0]
    told = msgspec.structs.replace(explanation, commands=()) if is_draft else explanation
    write_explanation(page, told, incident.title)
    if not is_draft and models:
        _write_grounds(page, explanation, shared=False)


def write_models(page: Page, models: Sequence[Explanation], title: str) -> None:
    """What several models say of one incident."""
    columns = page.side_by_side(len(models), indent=len(_INDENT), narrowest=NARROWEST_COLUMN) if page.width >= SIDE_BY_SIDE else ()
    for column, explanation in zip(columns, models, strict=bool(columns)):
        _write_answer(column, explanation, title, indent="", commands=False)
    if columns:
        page.join(columns, indent=len(_INDENT))
        page.blank()
        _write_commands(page, models)
        return
    for number, explanation in enumerate(models):
        if number:
            page.blank()
        _write_answer(page, explanation, title, indent=_INDENT, commands=True)


def write_explanation(
    page: Page, explanation: Explanation, title: str, *, named: bool = True, indent: str = _INDENT, commands: bool = True
) -> None:
    """The summary, `named` with who says it, and the numbered steps with their commands; commands of no step after them."""
    source = "" if explanation.source == PLAYBOOK or not named else f"{explanation.source} says: "
    if explanation.summary.rstrip(".") != title:  # which the playbook repeats where it knows no more
        page.paragraph(explanation.summary, lead=f"{indent}{source}", hang=len(indent))
    for number, (text, lines) in enumerate(steps_of(explanation), start=1):
        if text:
            page.paragraph(text, lead=f"{indent}{number}. ", lead_style="bold")
        for command in lines if commands else ():
            page.command(command, lead=f"{indent}{'   ' if text else ''}{page.glyphs.prompt} ")


def write_answer(page: Page, explanation: Explanation) -> None:
    """An answer to a question, with what it rests on and took."""
    write_explanation(page, explanation, "", named=False)
    _write_grounds(page, explanation, shared=False)


def write_evidence(page: Page, incident: Incident) -> None:
    """Every piece of evidence under its id, by which answers cite it."""
    page.paragraph(incident.title, lead=f"{incident.rank}. ", style="bold", hang=3)
    for piece in incident.evidence:
        what = f"event {piece.reason}" if piece.type is EvidenceType.EVENT else piece.path or piece.type.value
        page.quote(f"{piece.id} {piece.ref} {what}", piece.value, indent=3, most_lines=MOST_LINES)


def took(explanation: Explanation) -> str:
    """`2.1 s, 812 tokens, $0.0041`; of a kept answer, that it is one; empty of the playbook's."""
    usage = explanation.usage
    if usage is None:
        return ""
    if usage.cached:
        return "kept from before"
    told = (
        f"{usage.seconds:.1f} s" if usage.seconds is not None else "",
        f"{usage.prompt_tokens + usage.answer_tokens:,} tokens",
        f"${usage.cost:.4f}" if usage.cost else "",
    )
    return ", ".join(part for part in told if part)


def _write_answer(page: Page, explanation: Explanation, title: str, *, indent: str, commands: bool) -> None:
    """One of several answers, under the name of who gives it."""
    told = took(explanation)
    page.paragraph(f"({told})" if told else "", lead=f"{indent}{explanation.source} ", lead_style="bold cyan", hang=len(indent) + 2)
    write_explanation(page, explanation, title, named=False, indent=indent, commands=commands)
    _write_grounds(page, explanation, shared=True, indent=indent)


def _write_commands(page: Page, models: Sequence[Explanation]) -> None:
    """The commands of all, each once, since a line for pasting has no room in a column."""
    by_command: dict[str, list[str]] = {}
    for explanation in models:
        for _text, lines in steps_of(explanation):
            for command in lines:
                by_command.setdefault(command, []).append(explanation.source)
    for command, sources in by_command.items():
        page.paragraph(f"{', '.join(dict.fromkeys(sources))}:", lead=_INDENT, style="dim")
        page.command(command, lead=f"{_INDENT}{page.glyphs.prompt} ")


def _write_grounds(page: Page, explanation: Explanation, *, shared: bool, indent: str = _INDENT) -> None:
    parts = []
    if explanation.citations:
        parts.append(f"rests on {', '.join(explanation.citations)}")
    if explanation.dropped:
        parts.append(f"{explanation.dropped} claim{'s' if explanation.dropped > 1 else ''} left out: not in the cluster")
    if not shared and took(explanation):
        parts.append(f"({took(explanation)})")
    if parts:
        page.paragraph("; ".join(parts), lead=indent, style="dim", hang=len(indent))
