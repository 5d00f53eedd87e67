"""The clusters of all rules' fixtures with names that nobody else has, and identifiers and secrets planted into their evidence."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kubedx.findings import Evidence, EvidenceType, Incident, Severity
from kubedx.kube import TYPES
from kubedx.pipeline import Request, diagnose
from kubedx.redact.lexicon import words_of
from kubedx.redact.stand_in_names import is_common
from kubedx.source import Scope
from rules.test_rules import HERE, Case

MARK = "zq"
"""Begins every planted word."""
FIRES = tuple(sorted(HERE.glob("*/fires.yaml")))


def planted_words(path: Path) -> dict[str, str]:
    """For each word of a name in a fixture, the one that takes its place: nothing else contains it."""
    names: set[str] = set()
    source = Case(path).source
    reading = source.read([*(kind_type.KIND for kind_type in TYPES), *source.custom_kinds()], Scope())
    for kind, objects in reading.objects.items():
        for found in () if kind.kind == "CustomResourceDefinition" else objects:
            names |= {found.metadata.name, found.metadata.namespace}
    return {word: f"{MARK}{word}x" for name in names for word in words_of(name) if not is_common(word) and len(word) > 2}


def incidents_of(path: Path, tmp_path: Path) -> Iterator[Incident]:
    """The incidents of a fixture after its names were replaced; none where a rule knows the thing by its name."""
    text = path.read_text()
    words = planted_words(path)
    if words:
        listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        text = re.sub(rf"(?<![A-Za-z])(?:{listed})(?![A-Za-z])", lambda match: words[match[0]], text)
    renamed = tmp_path / path.name
    renamed.write_text(text)
    diagnosis = diagnose(Case(renamed).source, Request(level=Severity.INFO, codes=(path.parent.name,)))
    for incident in diagnosis.incidents:
        yield msgspec.structs.replace(incident)


def with_evidence(incident: Incident, *values: str) -> Incident:
    """The incident with these texts as logs, events and fields."""
    types = (EvidenceType.LOG, EvidenceType.EVENT, EvidenceType.FIELD)
    pieces = tuple(
        Evidence(id=f"e9{number}", type=types[number % 3], ref=incident.root_cause.observed, value=value)
        for number, value in enumerate(values)
    )
    return msgspec.structs.replace(
        incident, root_cause=msgspec.structs.replace(incident.root_cause, evidence=(*pieces, *incident.root_cause.evidence))
    )
