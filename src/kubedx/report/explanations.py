"""What models say of one incident, after what was found is told: one after the other, each with what it took and rests on."""

from collections.abc import Sequence

import msgspec

from kubedx.findings import EvidenceType, Explanation, Incident
from kubedx.report.incident import write_explanation
from kubedx.report.page import Page

MOST_LINES = 12


def write_explanations(page: Page, incident: Incident, *, is_draft: bool) -> None:
    """The incident's title and its explanations: of the models that answered, else the playbook's.

    A draft is what stands of an answer that is still coming, without what can be said only at its end.
    """
    page.paragraph(incident.title, lead=f"{incident.rank}. ", style="bold", hang=3)
    models = incident.explanations[:-1]
    for number, explanation in enumerate(models or incident.explanations):
        if number:
            page.blank()
        if len(models) > 1:
            page.paragraph(_took(explanation), lead=f"   {explanation.source} ", lead_style="bold cyan", hang=5)
        told = msgspec.structs.replace(explanation, commands=()) if is_draft else explanation
        write_explanation(page, told, incident.title, named=len(models) < 2)
        if not is_draft and models:
            _write_grounds(page, explanation, shared=len(models) > 1)


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


def _write_grounds(page: Page, explanation: Explanation, *, shared: bool) -> None:
    parts = []
    if explanation.citations:
        parts.append(f"rests on {', '.join(explanation.citations)}")
    if explanation.dropped:
        parts.append(f"{explanation.dropped} claim{'s' if explanation.dropped > 1 else ''} left out: not in the cluster")
    if not shared:
        parts.append(_took(explanation))
    text = "; ".join(part for part in parts if part)
    if text:
        page.paragraph(text, lead="   ", style="dim", hang=3)


def _took(explanation: Explanation) -> str:
    """`(2.1 s, 812 tokens, $0.0041)`; of a kept answer, that it is one."""
    usage = explanation.usage
    if usage is None:
        return ""
    if usage.cached:
        return "(kept from before)"
    told: Sequence[str] = (
        f"{usage.seconds:.1f} s" if usage.seconds is not None else "",
        f"{usage.prompt_tokens + usage.answer_tokens:,} tokens",
        f"${usage.cost:.4f}" if usage.cost else "",
    )
    return f"({', '.join(part for part in told if part)})"
