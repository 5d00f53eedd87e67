"""From a root cause to what follows from it, in an order in which it can be told: each symptom below its cause, alike ones once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kubedx.findings import Symptom

ROOT = "root"
MOST_LINKS = 24
"""Links of one chain that are shown; nobody reads further."""


class Link(NamedTuple):
    """A symptom that stands for all of its rule, kind and cause. `because` are the symptoms it follows from, or the root."""

    symptom: Symptom
    depth: int
    because: tuple[str, ...]
    alike: int = 1


def chain(symptoms: Sequence[Symptom]) -> list[Link]:
    """The links, depth first, each below the first of its causes. At most `MOST_LINKS`; every symptom is in one, as long as they last."""
    groups = _grouped(symptoms)
    leader_of = {symptom.id: group[0].id for group in groups for symptom in group}
    causes = {group[0].id: _causes(group, leader_of) for group in groups}
    below: dict[str, list[list[Symptom]]] = {}
    for group in groups:
        below.setdefault(causes[group[0].id][0], []).append(group)
    links: list[Link] = []
    _walk(ROOT, 0, below, causes, links)
    return links


def _walk(
    cause: str, depth: int, below: Mapping[str, list[list[Symptom]]], causes: Mapping[str, tuple[str, ...]], links: list[Link]
) -> None:
    for group in below.get(cause, ()):
        if len(links) == MOST_LINKS:
            return
        leader = group[0]
        links.append(Link(leader, depth, causes[leader.id], len(group)))
        _walk(leader.id, depth + 1, below, causes, links)


def _grouped(symptoms: Iterable[Symptom]) -> list[list[Symptom]]:
    """Symptoms of one rule, on objects of one kind and namespace, that follow from the same. What others follow from stands alone."""
    symptoms = tuple(symptoms)
    carriers = {cause for symptom in symptoms for cause in symptom.because}
    groups: dict[tuple[str, ...], list[Symptom]] = {}
    for symptom in symptoms:
        alone = (symptom.id,) if symptom.id in carriers else ()
        key = (symptom.code, symptom.subject.kind, symptom.subject.namespace, *symptom.because, *alone)
        groups.setdefault(key, []).append(symptom)
    return list(groups.values())


def _causes(group: Sequence[Symptom], leader_of: Mapping[str, str]) -> tuple[str, ...]:
    own = group[0].id
    known = dict.fromkeys(leader_of[cause] for cause in group[0].because if cause in leader_of)
    return tuple(cause for cause in known if cause != own) or (ROOT,)


def depths(links: Sequence[Link]) -> Iterator[tuple[Link, int]]:
    """The links with how many steps each is away from the root, by its longest way."""
    steps: dict[str, int] = {ROOT: 0}
    for link in links:
        steps[link.symptom.id] = 1 + max((steps[cause] for cause in link.because if cause in steps), default=0)
        yield link, steps[link.symptom.id]
