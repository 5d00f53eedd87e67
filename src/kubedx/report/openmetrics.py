"""The numbers of a diagnosis as OpenMetrics text, for the textfile collector of node_exporter, a push gateway or a scraper.

Source of the format: https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from kubedx.findings import Diagnosis, Severity
from kubedx.report.moments import utc
from kubedx.report.printable import printable

MOST_SERIES = 1000
"""Series of incidents by namespace. Those of further namespaces are added up, so that a bad day does not drown the monitoring."""
OTHERS = "(others)"

Labels = tuple[tuple[str, str], ...]


def render_openmetrics(diagnosis: Diagnosis, *, tool_version: str) -> str:
    """Gauges, each family once, and `# EOF`."""
    return "".join(f"{line}\n" for line in (*_lines(diagnosis, tool_version), "# EOF"))


def _lines(diagnosis: Diagnosis, tool_version: str) -> Iterator[str]:
    cluster, coverage = diagnosis.cluster, diagnosis.coverage
    told = {
        "version": tool_version,
        "source": cluster.source.value,
        "cluster": cluster.name,
        "cluster_version": cluster.version,
        "platform": diagnosis.platform,
    }
    yield "# TYPE kubedx info"
    yield "# HELP kubedx The program and the cluster that it scanned."
    yield f"kubedx_info{_braces(tuple(told.items()))} 1"
    scanned_at: dict[Labels, str] = {(): f"{utc(diagnosis.scanned_at).timestamp():.3f}"}
    yield from _gauge("scan_timestamp_seconds", "When the cluster was read.", scanned_at, unit="seconds")
    severities = Counter(incident.severity for incident in diagnosis.incidents)
    by_severity: dict[Labels, int] = {(("severity", severity.value),): severities[severity] for severity in Severity}
    yield from _gauge("severity_incidents", "Incidents of each severity, also where there are none.", by_severity)
    yield from _gauge("incidents", "Incidents by severity, rule and the namespace of the root cause.", _by_namespace(diagnosis))
    suppressed = Counter[Labels]((("by", one.by.value),) for one in diagnosis.suppressed)
    yield from _gauge("suppressed_incidents", "Incidents that somebody has said need not be reported.", suppressed)
    objects: dict[Labels, int] = {(("api_version", read.api_version), ("kind", read.kind)): read.count for read in coverage.read}
    yield from _gauge("objects", "Objects that were read.", objects)
    gaps = Counter[Labels]((("kind", gap.kind), ("verb", gap.verb), ("reason", gap.reason.value)) for gap in coverage.gaps)
    yield from _gauge("coverage_gaps", "What could not be read.", gaps)
    yield from _gauge("skipped_rules", "Rules that could not judge somewhere.", {(): len({skip.code for skip in coverage.skipped})})
    yield from _gauge("failed_rules", "Rules that failed, by a bug of kubedx.", {(): len({crash.code for crash in coverage.crashed})})
    yield from _gauge("coverage_complete", "1 when everything that was asked for was seen and judged.", {(): int(coverage.complete)})


def _by_namespace(diagnosis: Diagnosis) -> Mapping[Labels, int]:
    """The namespaces with the worst incidents first; what does not fit is counted without its namespace."""
    counts: Counter[Labels] = Counter()
    for incident in diagnosis.incidents:  # by rank
        root = incident.root_cause
        rule = (("severity", incident.severity.value), ("code", root.code))
        labels = (*rule, ("namespace", root.subject.namespace))
        if labels not in counts and len(counts) >= MOST_SERIES:
            labels = (*rule, ("namespace", OTHERS))
        counts[labels] += 1
    return counts


def _gauge(name: str, help_text: str, samples: Mapping[Labels, object], *, unit: str = "") -> Iterator[str]:
    yield f"# TYPE kubedx_{name} gauge"
    if unit:
        yield f"# UNIT kubedx_{name} {unit}"
    yield f"# HELP kubedx_{name} {help_text}"
    yield from (f"kubedx_{name}{_braces(labels)} {value}" for labels, value in samples.items())


def _braces(labels: Labels) -> str:
    return f"{{{','.join(f'{name}={_quoted(value)}' for name, value in labels)}}}" if labels else ""


def _quoted(value: str) -> str:
    safe = printable(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{safe}"'
