"""The documentation of the fields that evidence quotes, put beside it (`--with-doc`)."""

from collections.abc import Iterable

import msgspec

from kubedx.findings import Evidence, EvidenceType, FieldDoc, Incident
from kubedx.pipeline.request import FieldDocs
from kubedx.source import field_names

MOST = 24
"""Fields of one incident that are documented."""


def documented(incident: Incident, docs: FieldDocs) -> Incident:
    """The incident with what the API says of the fields that its evidence quotes."""
    quoted: dict[tuple[str, str, tuple[str, ...]], list[Evidence]] = {}
    for piece in _fields(incident.evidence):
        quoted.setdefault((piece.ref.api_version, piece.ref.kind, field_names(piece.path)), []).append(piece)
    told = (
        FieldDoc(api_version, kind, ".".join(names), text, tuple(piece.id for piece in pieces))
        for (api_version, kind, names), pieces in list(quoted.items())[:MOST]
        if (text := docs.of(pieces[0].ref, names))
    )
    return msgspec.structs.replace(incident, documentation=tuple(told))


def doc_of(evidence: Iterable[Evidence], docs: FieldDocs | None) -> str:
    """What the API says of the first field among the evidence of which it says anything; empty without `docs`."""
    if docs is None:
        return ""
    return next((text for piece in _fields(evidence) if (text := docs.of(piece.ref, field_names(piece.path)))), "")


def _fields(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    return (piece for piece in evidence if piece.type is EvidenceType.FIELD)
