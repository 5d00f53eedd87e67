"""Several causes that explain the same symptom, and what to type to tell them apart."""

import shlex
from collections.abc import Iterable, Mapping, Sequence

from kubedx.correlate.fault import Fault
from kubedx.correlate.graph import Explanations
from kubedx.findings import Confidence, Rival, RootCause, Severity
from kubedx.kube import Pod, Ref

MOST_RIVALS = 4

_LESS_SURE = {Confidence.CERTAIN: Confidence.LIKELY, Confidence.LIKELY: Confidence.POSSIBLE, Confidence.POSSIBLE: Confidence.POSSIBLE}
_CONTAINER = "container "


def contested(root: int, group: Sequence[int], because: Explanations) -> Mapping[int, tuple[int, ...]]:
    """The other roots that would explain members of this root's incident, each with those members, the nearest cause first."""
    found: dict[int, list[int]] = {}
    for index in group:
        roots = dict.fromkeys(because.root_of(cause) for cause in because.because[index])
        for other in roots:
            if other != root:
                found.setdefault(other, []).append(index)
    return {other: tuple(members) for other, members in found.items()}


def rivals_of(
    others: Mapping[int, Sequence[int]], faults: Sequence[Fault], names: Mapping[int, str], root_causes: Mapping[int, RootCause]
) -> tuple[Rival, ...]:
    """The other roots as rivals, the surest first. What does no harm is none. That one is there is certain; that it did this is less so."""
    serious = [index for index in others if faults[index].severity.at_least(Severity.WARNING)]
    serious.sort(key=lambda index: (faults[index].confidence.rank, -len(others[index]), faults[index].order))
    return tuple(
        Rival(
            confidence=_LESS_SURE[faults[index].confidence],
            root_cause=root_causes[index],
            explains=tuple(names[member] for member in others[index]),
            decide=deciding_command(faults[member] for member in others[index]),
        )
        for index in serious[:MOST_RIVALS]
    )


def deciding_command(symptoms: Iterable[Fault]) -> str:
    """What reads the words of the contested object itself: the log of a container, which names what it misses, else its events."""
    lead = min(symptoms, key=lambda fault: (fault.subjects[0].group_kind != Pod.KIND.group_kind, fault.order)).lead
    subject = lead.subject
    if subject.group_kind == Pod.KIND.group_kind and lead.part.startswith(_CONTAINER) and "restarts" in lead.values:
        words = ["kubectl", "-n", subject.namespace, "logs", subject.name, f"--container={lead.part.removeprefix(_CONTAINER)}", "--tail=50"]
        return shlex.join([*words, *(["--previous"] if lead.values.get("previous") == "true" else [])])
    place = ["-n", subject.namespace] if subject.namespace else []
    return shlex.join(["kubectl", *place, "describe", resource_of(subject), subject.name])


def resource_of(ref: Ref) -> str:
    """The kind as kubectl takes it: `pod`, `deployment.apps`."""
    return ".".join(word for word in (ref.kind.lower(), ref.group) if word)
