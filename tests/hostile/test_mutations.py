"""Whatever a cluster says, no rule crashes, and what could not be read never becomes a fault."""

import json
import random
from functools import cache
from importlib import resources
from typing import Any

import pytest

import kubedx
from hostile.mutations import mutated, with_nulls
from kubedx.findings import Diagnosis, Severity, to_document
from kubedx.kube import Gap, GapReason, LogKey
from kubedx.pipeline import Request, diagnose
from kubedx.report import Style, render
from kubedx.source import MemorySource

EVERYTHING = Request(level=Severity.INFO)
STYLE = Style(tool_version=kubedx.__version__, width=80, colour=False, ascii_only=False, explain=False)


@cache
def demo() -> tuple[list[dict[str, Any]], dict[LogKey | str, str | Gap]]:
    cluster = resources.files("kubedx").joinpath("demo/cluster")
    documents = json.loads(cluster.joinpath("objects.json").read_text())["items"]
    logs: dict[LogKey | str, str | Gap] = {}
    for namespace in cluster.joinpath("logs").iterdir():
        for pod in namespace.iterdir():
            for log in pod.iterdir():
                logs[f"{namespace.name}/{pod.name}/{log.name.removesuffix('.log')}"] = log.read_text()
    return documents, logs


def diagnosed(documents: list[dict[str, Any]], gaps: tuple[Gap, ...] = ()) -> Diagnosis:
    return diagnose(MemorySource(documents=documents, logs=demo()[1], gaps=gaps), EVERYTHING)


def faults(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    """The faulty objects, whatever is said of them: with less to see, a more general rule may speak in place of a special one."""
    return {(result.kind, result.name) for result in diagnosis.results}


def survive(seed: int) -> None:
    diagnosis = diagnosed(mutated(demo()[0], random.Random(seed)))

    assert diagnosis.coverage.crashed == (), f"seed {seed}"
    json.dumps(to_document(diagnosis, tool_version="0"))
    assert render(diagnosis, "text", STYLE)


@pytest.mark.parametrize("block", range(10))
def test_no_mutation_of_a_real_dump_crashes_a_rule(block: int) -> None:
    for seed in range(block * 20, block * 20 + 20):
        survive(seed)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_mutations(block: int) -> None:
    for seed in range(1_000 + block * 100, 1_100 + block * 100):
        survive(seed)


KINDS = sorted({(document["apiVersion"], document["kind"]) for document in demo()[0]})


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
def test_a_kind_that_cannot_be_listed_makes_no_new_fault(api_version: str, kind: str) -> None:
    seen = [document for document in demo()[0] if document["kind"] != kind]
    blinded = diagnosed(seen, (Gap(api_version, kind, "", "list", GapReason.FORBIDDEN, "forbidden"),))

    assert faults(blinded) <= faults(diagnosed(demo()[0]))
    assert blinded.coverage.crashed == ()


@pytest.mark.parametrize("kind", ["Secret", "ConfigMap", "Service", "Pod", "ServiceAccount", "Deployment", "PersistentVolumeClaim"])
def test_objects_that_cannot_be_typed_make_no_new_fault(kind: str) -> None:
    broken = [
        document | {"metadata": document["metadata"] | {"labels": 7}} if document["kind"] == kind else document for document in demo()[0]
    ]
    diagnosis = diagnosed(broken)

    assert {gap.kind for gap in diagnosis.coverage.gaps} == {kind}
    assert faults(diagnosis) <= faults(diagnosed(demo()[0]))


def test_valid_objects_with_nulls_make_no_gap_and_no_difference() -> None:
    rng = random.Random(0)
    with_them = diagnosed([with_nulls(document, rng) for document in demo()[0]])
    without = diagnosed(demo()[0])

    assert with_them.coverage.gaps == without.coverage.gaps == ()
    assert with_them.incidents == without.incidents


def test_nothing_at_all_is_no_fault() -> None:
    assert diagnosed([]).incidents == ()
