"""Why an incident stands where it stands: the first thing in which it differs from the one after it."""

from kubedx.findings import Incident


def why_before(incident: Incident, following: Incident) -> str:
    """Why one incident comes before the one that follows it."""
    criteria = (
        (
            incident.severity is not following.severity,
            f"{incident.severity.value} comes before {following.severity.value}{_cut_off(incident)}",
        ),
        (len(incident.entry_points) != len(following.entry_points), f"more entry points are down{_cut_off(incident)}"),
        (incident.breadth != following.breadth, f"it reaches {incident.breadth} other objects, the next one {following.breadth}"),
        (
            len(incident.symptoms) != len(following.symptoms),
            f"it explains {len(incident.symptoms)} of what was seen, the next one {len(following.symptoms)}",
        ),
        (
            incident.confidence is not following.confidence,
            f"it is {incident.confidence.value}, the next one {following.confidence.value}",
        ),
        (incident.since is not None and incident.since != following.since, "it is older"),
    )
    return next((words for differs, words in criteria if differs), "in all else they are alike, and its name comes first")


def _cut_off(incident: Incident) -> str:
    names = ", ".join(map(str, incident.entry_points))
    return f": nothing is left behind {names}" if names else ""
