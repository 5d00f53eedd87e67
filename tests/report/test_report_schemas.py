"""The published JSON Schemas: complete, described, and true of every document that is written."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest
import yaml

from kubedx.findings import Comparison, Coverage, Diagnosis, Focus, Preflight, Severity, Side, Standing, Summary, Verification, compare
from kubedx.kube import Gap, GapReason, Ref
from kubedx.pipeline import Request, diagnose
from kubedx.report import Style, render, render_comparison, render_verification
from kubedx.source import demo_source
from report.test_report_formats import hostile

STYLE = Style("0.1.0")


def schema(name: str) -> Any:
    loaded = json.loads(files("kubedx.report").joinpath(f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded, format_checker=jsonschema.FormatChecker())


def errors(name: str, document: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in schema(name).iter_errors(document)]


def test_every_document_is_as_its_schema_says(outage: Diagnosis, healthy: Diagnosis, focus: Focus) -> None:
    for diagnosis in (outage, healthy, hostile(), msgspec.structs.replace(healthy, focus=focus, preflight=Preflight(2, ("no",), ("hm",)))):
        assert errors("diagnosis", json.loads(render(diagnosis, "json", STYLE))) == []
        assert errors("diagnosis", yaml.safe_load(render(diagnosis, "yaml", STYLE))) == []
        assert errors("diagnosis", json.loads(render(diagnosis, "k8sgpt-json", STYLE))) == []


def test_the_demo_is_as_the_schema_says() -> None:
    diagnosis = diagnose(demo_source(), Request(level=Severity.INFO))
    assert errors("diagnosis", json.loads(render(diagnosis, "json", STYLE))) == []


def summary(name: str, severity: Severity = Severity.ERROR, cause: Ref | None = None) -> Summary:
    ref = Ref("apps/v1", "Deployment", "shop", name)
    return Summary(id=name, severity=severity, title=f"{name} is broken", code="secret-absent", subject=ref, cause=cause)


@pytest.fixture
def comparison() -> Comparison:
    """One incident of each sort."""
    blind = Coverage(gaps=(Gap("apps/v1", "Deployment", "shop", "get", GapReason.TIMEOUT, "no answer", "unclear"),))
    before = (summary("worse", Severity.WARNING), summary("unclear"), summary("gone"))
    after = (summary("worse"), summary("new", cause=Ref("v1", "Secret", "shop", "db")))
    old = Side(name="monday", incidents=before, suppressed=frozenset(), coverage=Coverage())
    return compare(old, Side(name="tuesday", incidents=after, suppressed=frozenset(), coverage=blind))


def test_a_comparison_is_as_its_schema_says(comparison: Comparison) -> None:
    document = json.loads(render_comparison(comparison, "json", STYLE))
    assert errors("comparison", document) == []
    assert document["unclear"]
    document["persisting"][0]["extra"] = 1
    assert errors("comparison", document)


def test_a_comparison_in_yaml_is_the_same_document(comparison: Comparison) -> None:
    assert yaml.safe_load(render_comparison(comparison, "yaml", STYLE)) == json.loads(render_comparison(comparison, "json", STYLE))


INCIDENT = summary("cart", cause=Ref("v1", "Secret", "shop", "db"))


@pytest.mark.parametrize(
    "verification",
    [
        Verification(id="a1", title="cart is broken", standing=Standing.RESOLVED, seconds=12),
        Verification(id="a1", title="cart is broken", standing=Standing.PERSISTS, incident=INCIDENT),
        Verification(id="a1", title="cart is broken", standing=Standing.AFTERMATH, seconds=0, left=("web is down",)),
        Verification(id="a1", title="cart is broken", standing=Standing.UNCLEAR, reason="secrets are forbidden"),
    ],
)
def test_a_verification_is_as_its_schema_says(verification: Verification) -> None:
    document = json.loads(render_verification(verification, "json"))
    assert errors("verification", document) == []
    assert yaml.safe_load(render_verification(verification, "yaml")) == document
    assert errors("verification", {**document, "standing": "well"})


@pytest.mark.parametrize("name", ["diagnosis", "comparison", "verification"])
def test_every_key_is_described(name: str) -> None:
    loaded = schema(name).schema
    assert [path for path, node in properties(loaded, "") if "description" not in node and "KubernetesDoc" not in path] == []


def properties(node: Any, path: str) -> Iterator[tuple[str, Any]]:
    """The properties of the document and of its definitions, not of objects within them that say all by their names."""
    for owner, part in [("", node), *node["$defs"].items()]:
        for key, told in part.get("properties", {}).items():
            yield f"{owner}.{key}", told
