"""The first sentence of every report: how many incidents, in which cluster, as of when."""

from collections import Counter

from kubedx.findings import Diagnosis, Severity
from kubedx.kube import Origin
from kubedx.report.moments import clock


def headline(diagnosis: Diagnosis) -> str:
    """How many incidents, in which cluster, as of when; and whether that is all that could be judged."""
    about = f"about {diagnosis.focus.ref} " if diagnosis.focus else ""
    place = f"{about}in {cluster_words(diagnosis)}, as of {clock(diagnosis.scanned_at)}"
    blind = "" if diagnosis.coverage.complete else ", but not everything could be judged (see below)"
    preflight = diagnosis.preflight
    if preflight:
        place = f"that {preflight.objects} object{'' if preflight.objects == 1 else 's'} would cause {place}"
        faults = len(preflight.refused)
        blind += f"; {faults} thing{'' if faults == 1 else 's'} would be refused" if faults else ""
    count = len(diagnosis.incidents)
    if not count:
        return f"No incidents {place}{blind}."
    return f"{count} incident{'s' if count > 1 else ''} ({_severities(diagnosis)}) {place}{blind}."


def _severities(diagnosis: Diagnosis) -> str:
    counts = Counter(incident.severity for incident in diagnosis.incidents)
    plural = {Severity.ERROR: "errors", Severity.WARNING: "warnings"}
    named = ((severity, counts[severity]) for severity in Severity if counts[severity])
    return ", ".join(f"{count} {plural.get(severity, severity.value) if count > 1 else severity.value}" for severity, count in named)


def cluster_words(diagnosis: Diagnosis) -> str:
    """`cluster "staging" (EKS, v1.34.4)`: which cluster, and what is known of it."""
    cluster = diagnosis.cluster
    told = ", ".join(filter(None, (diagnosis.platform, cluster.version)))
    version = f" ({told})" if told else ""
    name = f' "{cluster.name}"' if cluster.name else ""
    match cluster.source:
        case Origin.DEMO:
            return f"the packaged demo cluster{version}"
        case Origin.DUMP:
            return f"the dump{name}{version}"
        case Origin.LIVE:
            return f"cluster{name}{version}"
