"""Several causes that explain the same symptom, and what to type to tell them apart."""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from kubedx.correlate.fault import Fault
from kubedx.correlate.graph import Explanations
from kubedx.findings import Confidence, EvidenceType, Finding, Rival, RootCause, Severity
from kubedx.kube import Pod, Ref

MOST_RIVALS = 4
MOST_ALONE = 2
"""Callers beside a callee that is down, which may each fail for a reason of their own. That more do so at once is not likely."""

_LESS_SURE = {Confidence.CERTAIN: Confidence.LIKELY, Confidence.LIKELY: Confidence.POSSIBLE, Confidence.POSSIBLE: Confidence.POSSIBLE}
_CONTAINER = "container "
_WORD = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")


class Claim(NamedTuple):
    """A fault that may be the cause of members of another's incident. `in_part` are the objects of a member that it alone would reach."""

    members: tuple[int, ...]
    in_part: Mapping[int, frozenset[Ref]] = MappingProxyType({})


def contested(root: int, group: Sequence[int], because: Explanations, faults: Sequence[Fault]) -> Mapping[int, Claim]:
    """What else would explain members of this root's incident: other roots, the nearest first, and members that may be their own cause."""
    claims: dict[int, list[int]] = {}
    in_part: dict[int, dict[int, frozenset[Ref]]] = {}
    for index in group:
        for other in dict.fromkeys(because.root_of(cause) for cause in because.because[index]):
            if other != root:
                claims.setdefault(other, []).append(index)
        for cause, reached in because.partial.get(index, {}).items():
            other = because.root_of(cause)
            if other != root:
                claims.setdefault(other, [])
                in_part.setdefault(other, {})[index] = reached
    alone = [index for index in group if index in because.open and not _is_told(faults[index], faults[because.because[index][0]])]
    if len({faults[index].owner for index in alone}) <= MOST_ALONE:
        claims |= {index: [index] for index in alone}
    return {other: Claim(tuple(members), in_part.get(other, {})) for other, members in claims.items()}


def _is_told(fault: Fault, cause: Fault) -> bool:
    """Whether the log that a fault quotes names an object of its cause: then nothing is left open."""
    words = {word for piece in fault.evidence if piece.type is EvidenceType.LOG for word in _WORD.findall(piece.value)}
    return any(ref.name in words for ref in cause.objects)


def rivals_of(
    claims: Mapping[int, Claim], faults: Sequence[Fault], names: Mapping[int, str], root_causes: Mapping[int, RootCause]
) -> tuple[Rival, ...]:
    """The claims as rivals, the surest first. What does no harm is none. That one is there is certain; that it did this is less so."""
    on_pods = _seen_on_pods(sorted(names), faults)
    rivals = [
        (
            Rival(
                confidence=_confidence(index, claim, faults),
                root_cause=root_causes[index],
                explains=tuple(names[member] for member in dict.fromkeys((*claim.in_part, *claim.members))),
                decide=deciding_command(_deciding(claim, faults, on_pods)),
            ),
            faults[index].order,
        )
        for index, claim in claims.items()
        if faults[index].severity.at_least(Severity.WARNING)
    ]
    rivals.sort(key=lambda rival: (rival[0].confidence.rank, -len(rival[0].explains), rival[1]))
    return tuple(rival for rival, _order in rivals[:MOST_RIVALS])


def _confidence(index: int, claim: Claim, faults: Sequence[Fault]) -> Confidence:
    is_whole = not claim.in_part and claim.members != (index,)
    return _LESS_SURE[faults[index].confidence] if is_whole else Confidence.POSSIBLE


def _seen_on_pods(group: Iterable[int], faults: Sequence[Fault]) -> Mapping[Ref, Fault]:
    """Of each owner the first of these faults that was seen on its pods."""
    found: dict[Ref, Fault] = {}
    for fault in (faults[index] for index in group):
        if _is_of_a_pod(fault):
            found.setdefault(fault.owner, fault)
    return found


def _is_of_a_pod(fault: Fault) -> bool:
    return fault.subjects[0].group_kind == Pod.KIND.group_kind


def _deciding(claim: Claim, faults: Sequence[Fault], on_pods: Mapping[Ref, Fault]) -> Finding:
    """The finding on the contested object that tells most: of one that the rival reaches in part, that on an object beyond its reach.

    What a workload says of itself, that its pods are not ready, tells no cause from another; its pods do.
    """
    for member, reached in claim.in_part.items():
        return next((finding for finding in faults[member].findings if finding.subject not in reached), faults[member].lead)
    contested_fault = min((faults[member] for member in claim.members), key=lambda fault: (not _is_of_a_pod(fault), fault.order))
    return contested_fault.lead if _is_of_a_pod(contested_fault) else on_pods.get(contested_fault.owner, contested_fault).lead


def deciding_command(finding: Finding) -> str:
    """What reads the words of the contested object itself: the log of a container, which names what it misses, else its events."""
    subject = finding.subject
    if subject.group_kind == Pod.KIND.group_kind and finding.part.startswith(_CONTAINER) and "restarts" in finding.values:
        name = finding.part.removeprefix(_CONTAINER)
        words = ["kubectl", "-n", subject.namespace, "logs", subject.name, f"--container={name}", "--tail=50"]
        return shlex.join([*words, *(["--previous"] if finding.values.get("previous") == "true" else [])])
    place = ["-n", subject.namespace] if subject.namespace else []
    return shlex.join(["kubectl", *place, "describe", resource_of(subject), subject.name])


def resource_of(ref: Ref) -> str:
    """The kind as kubectl takes it: `pod`, `deployment.apps`."""
    return ".".join(word for word in (ref.kind.lower(), ref.group) if word)
