"""Evidence for people: where a piece stands in its object, and which pieces tell the most."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kubedx.findings import Evidence, EvidenceType, Incident
from kubedx.kube import Ref
from kubedx.report.moments import span


def distinct(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The pieces without those that say of another pod what was said already."""
    return list({(piece.type, piece.value): piece for piece in reversed(tuple(evidence))}.values())[::-1]


def most_telling(pieces: Sequence[Evidence], most: int) -> list[Evidence]:
    """The first of each type, since a field, an event and a log line tell different things; then the others, in the rule's order."""
    firsts = {kind: index for kind in EvidenceType for index in reversed(range(len(pieces))) if pieces[index].type is kind}
    chosen = sorted(firsts.values())[:most]
    others = [index for index in range(len(pieces)) if index not in chosen]
    return [pieces[index] for index in sorted([*chosen, *others[: most - len(chosen)]])]


def by_ref(pieces: Iterable[Evidence]) -> Iterable[tuple[Ref, list[Evidence]]]:
    """The pieces of each object, in the order in which the objects come."""
    grouped: dict[Ref, list[Evidence]] = {}
    for piece in pieces:
        grouped.setdefault(piece.ref, []).append(piece)
    return grouped.items()


def docs_beside(pieces: Iterable[Evidence], incident: Incident) -> dict[str, str]:
    """What the API says of the fields that pieces quote, by the id of the first piece that quotes a field."""
    shown = [piece.id for piece in pieces]
    firsts = ((next((each for each in shown if each in doc.evidence), ""), doc.text) for doc in incident.documentation)
    return {first: text for first, text in firsts if first}


def first_sentences(text: str, most: int) -> str:
    """As many of the first sentences as have room; of the first, where it has none, as many words."""
    if len(text) <= most:
        return text
    end = text.rfind(". ", 0, most)
    return text[: end + 1] if end > 0 else f"{text[:most].rpartition(' ')[0]} …"


def where(piece: Evidence, scanned_at: datetime, times: str = "×") -> str:
    """Where a piece stands in its object."""
    often = f" {times}{piece.count}" if piece.count > 1 else ""
    match piece.type:
        case EvidenceType.EVENT:
            ago = span(piece.last_seen, scanned_at) if piece.last_seen else ""
            return f"event {piece.reason}{often}{f', last {ago} ago' if ago else ''}"
        case EvidenceType.LOG:
            container, _, previous = piece.path.removeprefix("container/").partition("/")
            return f"log of container {container}{' (previous run)' if previous else ''}{often}"
        case EvidenceType.FIELD:
            return piece.path or piece.ref.kind
