"""The cause chain as a drawing: boxes from the object to change, down to the users, and arrows between them, as inline SVG.

Drawn by hand: layers of boxes below each other fit a page and a phone, and no library of graphs is worth its weight for two dozen boxes.
Every position is a whole number of pixels, so the same incident gives the same bytes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from kubedx.findings import Incident
from kubedx.kube import Ref
from kubedx.report.chain import ROOT, chain, depths
from kubedx.report.printable import printable

BOX_WIDTH, BOX_HEIGHT = 208, 54
GAP_ACROSS, GAP_DOWN = 16, 44
MARGIN = 6
LETTERS = 26
"""Cells of a monospaced letter that a box holds beside its padding."""
MOST_ABREAST = 4
CAUSE, USERS = "cause", "users"


class Box(NamedTuple):
    """An object in the drawing. `role` is its class in the style sheet: cause, root, symptom or users."""

    id: str
    role: str
    kind: str
    name: str
    alike: int = 1


class Placed(NamedTuple):
    """A box with its corner, in pixels, and the lines to write in it."""

    box: Box
    x: int
    y: int
    head: str
    label: str


class Drawing(NamedTuple):
    """What the template draws: boxes and the paths of arrows, on a sheet of that size. `told` says the same in a sentence."""

    width: int
    height: int
    boxes: tuple[Placed, ...]
    arrows: tuple[str, ...]
    told: str


def draw(incident: Incident) -> Drawing | None:
    """The drawing of an incident; None for one without anything that follows or precedes, which needs none."""
    layers, edges = _layers(incident)
    if sum(map(len, layers)) < 2:
        return None
    rows = [row for layer in layers for row in _rows(layer)]
    width = max(len(row) for row in rows) * (BOX_WIDTH + GAP_ACROSS) - GAP_ACROSS + 2 * MARGIN
    placed = {one.box.id: one for one in _placed(rows, width)}
    arrows = tuple(_arrow(placed[start], placed[end]) for start, end in edges if start in placed and end in placed)
    height = len(rows) * (BOX_HEIGHT + GAP_DOWN) - GAP_DOWN + 2 * MARGIN
    return Drawing(width, height, tuple(placed.values()), arrows, _told(layers))


def _layers(incident: Incident) -> tuple[list[list[Box]], list[tuple[str, str]]]:
    """The boxes by their distance from the cause, and the ids between which arrows go."""
    root = incident.root_cause
    layers: list[list[Box]] = []
    edges: list[tuple[str, str]] = []
    if root.cause is not None and root.cause != root.subject:
        layers.append([_box(CAUSE, CAUSE, root.cause)])
        edges.append((CAUSE, ROOT))
    layers.append([_box(ROOT, "root", root.subject)])
    first = len(layers)
    last_of: dict[Ref, str] = {root.subject: ROOT}
    for link, depth in depths(chain(incident.symptoms)):
        while len(layers) < first + depth:
            layers.append([])
        symptom = link.symptom
        layers[first + depth - 1].append(_box(symptom.id, "symptom", symptom.subject, link.alike))
        edges.extend((cause, symptom.id) for cause in link.because)
        last_of[symptom.subject] = symptom.id
    layers.extend(_users(incident, edges, last_of))
    return layers, edges


def _users(incident: Incident, edges: list[tuple[str, str]], last_of: Mapping[Ref, str]) -> Iterator[list[Box]]:
    """Entry points that are no symptom of their own stand last, below what nothing else follows from."""
    beside = [ref for ref in incident.entry_points if ref not in last_of]
    if not beside:
        return
    leaves = [each for each in dict.fromkeys(last_of.values()) if all(start != each for start, _ in edges)]
    boxes = [_box(f"{USERS}{number}", USERS, ref) for number, ref in enumerate(beside[:MOST_ABREAST])]
    edges.extend((leaf, box.id) for box in boxes for leaf in leaves[:MOST_ABREAST])
    yield boxes


def _box(id_: str, role: str, ref: Ref, alike: int = 1) -> Box:
    name = f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
    return Box(id_, role, printable(ref.kind), " ".join(printable(name).split()), alike)


def _rows(layer: Sequence[Box]) -> Iterator[Sequence[Box]]:
    for start in range(0, len(layer), MOST_ABREAST):
        yield layer[start : start + MOST_ABREAST]


def _placed(rows: Sequence[Sequence[Box]], width: int) -> Iterator[Placed]:
    """Every row in the middle of the sheet."""
    for number, row in enumerate(rows):
        taken = len(row) * (BOX_WIDTH + GAP_ACROSS) - GAP_ACROSS
        left = (width - taken) // 2
        for place, box in enumerate(row):
            head = f"{box.kind} ×{box.alike}" if box.alike > 1 else box.kind
            x, y = left + place * (BOX_WIDTH + GAP_ACROSS), MARGIN + number * (BOX_HEIGHT + GAP_DOWN)
            yield Placed(box, x, y, _fitted(head), _fitted(box.name))


def _fitted(text: str) -> str:
    """The text, without its middle where it is wider than a box: names of Kubernetes differ at both ends."""
    if cell_len(text) <= LETTERS:
        return text
    half = LETTERS // 2
    tail = text[::-1]
    return f"{set_cell_size(text, half - 1).rstrip()}…{set_cell_size(tail, half).rstrip()[::-1]}"


def _arrow(start: Placed, end: Placed) -> str:
    """A curve from the bottom of one box to the top of the other."""
    x1, y1 = start.x + BOX_WIDTH // 2, start.y + BOX_HEIGHT
    x2, y2 = end.x + BOX_WIDTH // 2, end.y - 2
    bend = (y1 + y2) // 2
    return f"M{x1} {y1}C{x1} {bend} {x2} {bend} {x2} {y2}"


def _told(layers: Sequence[Sequence[Box]]) -> str:
    """`Secret shop/db, then Deployment shop/cart, then Service shop/cart`, for those who hear the page."""
    return ", then ".join(" and ".join(f"{box.kind} {box.name}" for box in layer) for layer in layers if layer)
