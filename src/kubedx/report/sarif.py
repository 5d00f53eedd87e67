"""SARIF 2.1.0, for GitHub code scanning, editors and dashboards: a result for each incident, and a rule with its page for each code.

Source of the format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. GitHub shows only results that have a place in
a file, so the place of an object is its path in the API (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-uris).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kubedx.findings import Coverage, Diagnosis, Fix, Incident, Severity, Suppressed, SuppressedBy
from kubedx.kube import Ref, group_of, kind_of
from kubedx.report.commands import next_command
from kubedx.report.evidence import distinct, most_telling, where
from kubedx.report.json import json_text
from kubedx.report.markdown_text import block, inline
from kubedx.report.moments import utc
from kubedx.report.printable import printable
from kubedx.report.rule_page import RulePage, RulePages

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5000
"""GitHub shows no more of one run (https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit)."""
MOST_RELATED = 10
MOST_NOTICES = 200
MOST_EVIDENCE = 5
MOST_FIXES = 2
MOST_LETTERS = 4000
API_SERVER = "APISERVER"

_LEVELS = {Severity.CRITICAL: "error", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""Of RFC 3986."""


def render_sarif(diagnosis: Diagnosis, *, tool_version: str, rules: RulePages) -> str:
    """One run. The worst incidents are told, where there are more than anybody shows; those that are suppressed after them, as such.

    A `fix` of SARIF changes a region of a file, and an object of a cluster is none: what would mend it stands in the message.
    """
    told = diagnosis.incidents[:MOST_RESULTS]
    suppressed = [one for one in diagnosis.suppressed if one.code][: MOST_RESULTS - len(told)]
    codes = list(dict.fromkeys([*(incident.root_cause.code for incident in told), *(one.code for one in suppressed)]))
    places = {code: index for index, code in enumerate(codes)}
    run = {
        "tool": {"driver": {"name": "kubedx", "version": tool_version, "rules": [_rule(code, rules.get(code)) for code in codes]}},
        "automationDetails": {"id": f"kubedx/{printable(diagnosis.cluster.name) or diagnosis.cluster.source.value}/"},
        "invocations": [_invocation(diagnosis, hidden=len(diagnosis.incidents) - len(told))],
        "originalUriBaseIds": {API_SERVER: {"description": {"text": "The API server: results lie in objects, not in files."}}},
        "results": [
            *(_result(incident, places[incident.root_cause.code], diagnosis) for incident in told),
            *(_suppressed(one, places[one.code]) for one in suppressed),
        ],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(code: str, page: RulePage | None) -> dict[str, Any]:
    if page is None:
        return {"id": code, "shortDescription": {"text": code}}
    rule = {
        "id": code,
        "shortDescription": {"text": page.summary},
        "fullDescription": {"text": page.summary},
        "help": {"text": page.page, "markdown": page.page},
        "defaultConfiguration": {"level": _LEVELS[page.severity]},
        "properties": {"tags": ["kubernetes", *page.filters]},
    }
    return {**rule, "helpUri": page.url} if page.url else rule


def _invocation(diagnosis: Diagnosis, *, hidden: int) -> dict[str, Any]:
    """How the run went: what could not be read is a warning, a rule that failed an error."""
    notices = list(_notices(diagnosis.errors, diagnosis.coverage))
    if hidden:
        notices.insert(0, _notice("warning", f"{hidden} further incidents are not in this file; -o json shows all"))
    if len(notices) > MOST_NOTICES:
        notices[MOST_NOTICES:] = [_notice("warning", f"{len(notices) - MOST_NOTICES} further things could not be read or judged")]
    return {
        "executionSuccessful": True,
        "endTimeUtc": f"{utc(diagnosis.scanned_at):%Y-%m-%dT%H:%M:%SZ}",
        "toolExecutionNotifications": notices,
    }


def _notices(errors: Iterable[str], coverage: Coverage) -> Iterator[dict[str, Any]]:
    yield from (_notice("warning", error) for error in errors)
    for gap in coverage.gaps:
        what = " ".join(filter(None, (gap.verb, gap.kind, gap.namespace, gap.name)))
        yield _notice("warning", f"could not {what} ({gap.reason.value}): {gap.message}")
    for crash in coverage.crashed:
        yield _notice("error", f"rule {crash.code} failed on {crash.ref}, a bug of kubedx: {crash.error}")


def _notice(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": _short(text)}}


def _result(incident: Incident, rule_index: int, diagnosis: Diagnosis) -> dict[str, Any]:
    root = incident.root_cause
    related = [*([(root.cause, "the object to change")] if root.cause else []), *((one.subject, one.message) for one in incident.symptoms)]
    places = [_location(root.subject, root.part), *(_location(ref, "", message) for ref, message in related[:MOST_RELATED])]
    return {
        "ruleId": root.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[incident.severity],
        "message": {"text": _short(incident.title), "markdown": _story(incident, diagnosis)},
        "locations": places[:1],
        "relatedLocations": [{"id": number, **place} for number, place in enumerate(places[1:], start=1)],
        "partialFingerprints": {"kubedxIncident/v1": incident.id},
        "properties": {"severity": incident.severity.value, "confidence": incident.confidence.value, "rank": incident.rank},
    }


def _suppressed(one: Suppressed, rule_index: int) -> dict[str, Any]:
    """A result that viewers hide: an annotation stands in the object itself, a baseline or a config file elsewhere."""
    suppression: dict[str, Any] = {
        "kind": "inSource" if one.by is SuppressedBy.ANNOTATION else "external",
        "status": "accepted",
        "justification": _short(one.reason),
        "properties": {"by": one.by.value} | ({"expires": one.expires.isoformat()} if one.expires else {}),
    }
    return {
        "ruleId": one.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[one.severity],
        "message": {"text": _short(one.title)},
        "locations": [_location(one.subject, "")],
        "partialFingerprints": {"kubedxIncident/v1": one.id},
        "suppressions": [suppression],
        "properties": {"severity": one.severity.value},
    }


def _fix(fix: Fix) -> str:
    """A change that was proved to mend it, and the command that makes it."""
    changes = "; ".join(f"{change.path}: {change.before or '(nothing)'} → {change.after}" for change in fix.changes[:MOST_EVIDENCE])
    told = inline(_short(f"Fix, checked: {fix.ref}, {changes}"))
    return f"{told}\n\n{block(fix.command, 'sh')}" if fix.command else told


def _story(incident: Incident, diagnosis: Diagnosis) -> str:
    parts = [inline(_short(incident.title))]
    pieces = most_telling(distinct(incident.root_cause.evidence), MOST_EVIDENCE)
    parts += [f"- {inline(f'{piece.ref}, {where(piece, diagnosis.scanned_at)}: {_short(piece.value)}')}" for piece in pieces]
    command = next_command(incident)
    fixes = [_fix(fix) for fix in incident.fixes if fix.checked][:MOST_FIXES]
    return "\n\n".join(filter(None, [parts[0], "\n".join(parts[1:]), *fixes, block(command, "sh") if command else ""]))


def _location(ref: Ref, part: str, message: str = "") -> dict[str, Any]:
    """Where an object stands, as a name and as a path."""
    full = "/".join(filter(None, (ref.namespace, ref.kind, ref.name, part)))
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _path(ref), "uriBaseId": API_SERVER}, "region": {"startLine": 1}},
        "logicalLocations": [{"name": printable(ref.name) or ref.kind, "fullyQualifiedName": printable(full), "kind": "resource"}],
    }
    return {**location, "message": {"text": _short(message)}} if message else location


def _path(ref: Ref) -> str:
    """`apis/apps/v1/namespaces/shop/deployments/cart`, as the API server names the object."""
    kind = kind_of(ref.group_kind)
    plural = kind.plural if kind else f"{ref.kind.lower()}s"
    prefix = ["apis" if group_of(ref.api_version) else "api", *ref.api_version.split("/")]
    place = ["namespaces", ref.namespace] if ref.namespace else []
    return "/".join(map(_segment, filter(None, [*prefix, *place, plural, ref.name])))


def _segment(text: str) -> str:
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8", "replace"))


def _short(text: str) -> str:
    return printable(text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} …") or "-"
