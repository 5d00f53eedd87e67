"""The object that was asked about: what it needs, what needs it, and where the trouble among them is."""

from collections.abc import Iterable, Sequence

from kubedx.findings import Focus, Relation
from kubedx.report.page import Page

MOST_RELATIONS = 12

_NEEDS = {
    "binds": "bound to",
    "calls": "called",
    "mounts": "mounted",
    "reads-env": "in its environment",
    "routes": "routed to",
    "runs-on": "runs there",
    "scales": "scaled",
    "selects": "selected",
    "uses": "used",
    "admits": "admits it",
}


def write_focus(page: Page, focus: Focus) -> None:
    """Two short lists, what is broken or absent first. An object without any relation says so."""
    if focus.owned:
        page.paragraph(f"It has made {focus.owned} object{'' if focus.owned == 1 else 's'}.", style="dim")
    if not focus.depends_on and not focus.dependents:
        page.paragraph("Nothing that was read depends on it, and it depends on nothing.", style="dim")
    _write_relations(page, "It depends on:", focus.depends_on)
    _write_relations(page, "It is needed by:", focus.dependents)


def _write_relations(page: Page, title: str, relations: Sequence[Relation]) -> None:
    if not relations:
        return
    page.paragraph(title, style="bold")
    ordered = sorted(relations, key=lambda one: (not one.incidents, one.exists is not False, one.hops))
    for relation in ordered[:MOST_RELATIONS]:
        style = "red" if relation.incidents or relation.exists is False else ""
        page.paragraph(f"{relation.ref} ({', '.join(_notes(relation))})", lead=f"  {page.glyphs.follows} ", style=style)
    if len(relations) > MOST_RELATIONS:
        page.paragraph(f"and {len(relations) - MOST_RELATIONS} more (-o json shows all)", lead="    ", style="dim")


def _notes(relation: Relation) -> Iterable[str]:
    yield _NEEDS.get(relation.edge, relation.edge)
    if relation.hops > 1:
        yield f"{relation.hops} steps away"
    if relation.exists is False:
        yield "does not exist"
    if relation.incidents:
        yield f"in incident{'' if len(relation.incidents) == 1 else 's'} {', '.join(map(str, relation.incidents))}"
