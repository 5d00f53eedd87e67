"""Other causes that would explain an incident, or a part of it, in words."""

from collections.abc import Sequence

from kubedx.findings import Incident, Rival

MOST_NAMES = 4
_ROOT = "root"


def rival_words(incident: Incident, rival: Rival) -> str:
    """What else it may have been, how sure that is, and what it would explain."""
    other = rival.root_cause
    if _is_alone(incident, rival):
        return f"{other.subject} fails for a reason of its own: {other.message} ({rival.confidence.value})"
    if _ROOT in rival.explains:
        return f"{other.subject}: {other.message} ({rival.confidence.value}; of the objects that fail it reaches only some)"
    subjects = {symptom.id: str(symptom.subject) for symptom in incident.symptoms}
    explained = folded(list(dict.fromkeys(subjects[each] for each in rival.explains if each in subjects)), MOST_NAMES)
    what = f"; it would explain {explained}" if explained else ""
    return f"{other.subject}: {other.message} ({rival.confidence.value}{what})"


def _is_alone(incident: Incident, rival: Rival) -> bool:
    """Whether the rival is a symptom of the incident, which may follow from nothing else."""
    own = {symptom.id for symptom in incident.symptoms if symptom.code == rival.root_cause.code}
    return (
        bool(own) and own.issuperset(rival.explains) and any(symptom.subject == rival.root_cause.observed for symptom in incident.symptoms)
    )


def folded(words: Sequence[str], most: int) -> str:
    """`a, b, c and 14 more`; one more than `most` is shown rather than folded."""
    if len(words) <= most + 1:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more"
