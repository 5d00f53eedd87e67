"""The mini-clusters of this folder: one file an analyzer of k8sgpt, one case after the other in it.

A case begins with a header document; the objects of its cluster follow. The header says which of four things it shows:

- `reports: N`: rule N of the analyzer (numbered as k8sgpt's source checks them) is right here, and so kubedx says it too;
- `false-alarm: words`: k8sgpt reports this, and should not;
- `miss: words`: k8sgpt does not report this, and should;
- `opt-out: words`: the user told k8sgpt not to report this, and that counts.

`pending: words` marks a case that kubedx does not meet yet, and says what is missing.

`results` are the results that must be there, under k8sgpt's kind, name and parent, with `text` somewhere in one of their errors; a false
alarm or an opt-out has none. `level`, `logs` (by `namespace/pod/container`, `.previous` behind it for the run before), `unlisted` (kinds
that could not be listed) and `now` as needed. The nodes that pods name are there, and well, unless the case says how they are.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from kubedx.findings import Diagnosis, Severity
from kubedx.kube import TYPES, Gap, GapReason, KubeObject, Node, Pod
from kubedx.pipeline import Request, diagnose
from kubedx.source import MemorySource, parse_yaml
from kubedx.testing import build, object_from

HERE = Path(__file__).parent
NOW = "2026-03-01T12:00:00Z"
SHOWS = ("reports", "false-alarm", "miss", "opt-out")
KNOWN = {*SHOWS, "pending", "results", "level", "logs", "unlisted", "now"}


class Case(msgspec.Struct, frozen=True):
    """A case, read: what it shows of which analyzer, and its cluster."""

    analyzer: str
    shows: str
    words: str
    results: tuple[Mapping[str, Any], ...]
    header: Mapping[str, Any]
    objects: tuple[KubeObject, ...]

    @property
    def quiet(self) -> bool:
        """Whether nothing may be reported."""
        return self.shows in {"false-alarm", "opt-out"}

    def diagnosis(self, *filters: str) -> Diagnosis:
        """What the whole pipeline makes of the cluster."""
        source = MemorySource(
            with_nodes(self.objects),
            logs=self.header.get("logs"),
            gaps=[_gap(kind) for kind in self.header.get("unlisted", ())],
            now=datetime.fromisoformat(self.header.get("now", NOW)),
        )
        return diagnose(source, Request(filters=filters, level=Severity(self.header.get("level", "warning"))))


def cases() -> Iterator[Case]:
    """Every case of every file."""
    for path in sorted(HERE.glob("*.yaml")):
        yield from _cases(path)


def _cases(path: Path) -> Iterator[Case]:
    header: Mapping[str, Any] = {}
    objects: list[KubeObject] = []
    for document in [*parse_yaml(path.read_text()), {"end": True}]:
        if "kind" in document:
            objects.append(object_from(document))
            continue
        if header:
            assert set(header) <= KNOWN, f"{path.name}: {set(header) - KNOWN}"
            shows = next(word for word in SHOWS if word in header)
            yield Case(path.stem, shows, str(header[shows]), tuple(header.get("results", ())), header, tuple(objects))
        header, objects = document, []


def with_nodes(objects: Iterable[KubeObject]) -> list[KubeObject]:
    """The objects, and a healthy node for each name of one that a pod gives and that is not among them."""
    held = list(objects)
    there = {one.name for one in held if isinstance(one, Node)}
    named = {one.spec.node_name for one in held if isinstance(one, Pod)} - {""}
    status = {"conditions": [{"type": "Ready", "status": "True"}]}
    created = "2026-01-01T00:00:00Z"
    return held + [build(Node, name, creationTimestamp=created, status=status) for name in sorted(named - there)]


def _gap(kind: str) -> Gap:
    known = next(kind_type.KIND for kind_type in TYPES if kind_type.KIND.kind == kind)
    return Gap(known.api_version, known.kind, "", "list", GapReason.FORBIDDEN, f"{known.plural} is forbidden")
