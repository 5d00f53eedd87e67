"""render_json: the document of the design, valid, pure and safe to print."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import msgspec
import pytest

from kubedx.findings import Coverage, Diagnosis, Focus, to_document
from kubedx.kube import ClusterInfo, Origin
from kubedx.report import Style, render

STYLE = Style(tool_version="0.1.0")


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    parsed = json.loads(render(diagnosis, "json", STYLE))
    assert isinstance(parsed, dict)
    return parsed


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    text = files("kubedx.report").joinpath("diagnosis.schema.json").read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


def test_outputs_are_valid(outage: Diagnosis, healthy: Diagnosis, focus: Focus, schema: jsonschema.Draft202012Validator) -> None:
    for diagnosis in (outage, healthy, msgspec.structs.replace(healthy, focus=focus)):
        assert [error.message for error in schema.iter_errors(document(diagnosis))] == []


def test_the_schema_refuses_a_key_that_is_not_of_the_design(outage: Diagnosis, schema: jsonschema.Draft202012Validator) -> None:
    wrong = document(outage)
    wrong["incidents"][0]["rootCause"]["observed"] = {}
    assert not schema.is_valid(wrong)


def test_it_is_the_document_of_findings(outage: Diagnosis) -> None:
    expected = json.loads(json.dumps(to_document(outage, tool_version="0.1.0")))
    assert document(outage) == expected
    assert list(document(outage)) == list(expected)


def test_two_spaces_of_indent_and_letters_as_they_are(outage: Diagnosis) -> None:
    text = render(outage, "json", STYLE)
    assert text.startswith('{\n  "provider": "localai",\n')
    assert text.endswith("}\n")
    assert "镜像仓库中不存在镜像" in text


def test_arrays_are_never_null_but_for_those_of_k8sgpt(healthy: Diagnosis) -> None:
    parsed = document(healthy)
    assert parsed["results"] is None
    assert parsed["errors"] is None
    assert parsed["incidents"] == []
    coverage = parsed["coverage"]
    assert [(read["kind"], read["count"]) for read in coverage["read"]] == [("Pod", 3)]
    assert [coverage[name] for name in ("gaps", "skipped", "crashed")] == [[], [], []]


@pytest.mark.parametrize("name", ["\x1b[31mred", "\x9b31m", "\u202eevil", "a\u2028b", "\x7f"])
def test_no_control_sequence_stands_raw_and_none_is_lost(healthy: Diagnosis, name: str) -> None:
    hostile = msgspec.structs.replace(healthy, cluster=ClusterInfo(Origin.DUMP, name))
    text = render(hostile, "json", STYLE)
    assert name not in text
    assert json.loads(text)["cluster"]["name"] == name


def test_bytes_that_are_no_text_do_not_break_it(healthy: Diagnosis) -> None:
    hostile = msgspec.structs.replace(healthy, cluster=ClusterInfo(Origin.DUMP, "d\udce9p\xf4t"), errors=("\ud800",))
    assert document(hostile)["cluster"]["name"] == "d\ufffdp\xf4t"


def test_the_same_diagnosis_gives_the_same_bytes(outage: Diagnosis) -> None:
    assert render(outage, "json", STYLE) == render(outage, "json", Style("0.1.0", width=40, colour=True, explain=True))


def test_an_empty_coverage_is_complete(healthy: Diagnosis) -> None:
    assert document(msgspec.structs.replace(healthy, coverage=Coverage()))["coverage"]["read"] == []
