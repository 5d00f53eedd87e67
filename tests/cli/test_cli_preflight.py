"""preflight and verify, as processes."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run

MANIFEST = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: api, image: 'cart:1', envFrom: [{configMapRef: {name: cart-confg}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cart-config}
"""


def manifest(folder: Path, text: str = MANIFEST) -> str:
    path = folder / "cart.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_preflight_tells_what_manifests_would_cause(run: Run, tmp_path: Path) -> None:
    done = run("preflight", "-f", manifest(tmp_path), "--demo", "-o", "json", "--fail-on", "error")
    document: dict[str, Any] = json.loads(done.stdout)
    (incident,) = document["incidents"]

    assert done.returncode == 3
    assert incident["rootCause"]["code"] == "config-map-absent"
    assert incident["rootCause"]["subject"]["namespace"] == "default"
    assert incident["since"] is None
    assert [(fix["checked"], fix["command"]) for fix in incident["fixes"]] == [(True, "")]


def test_preflight_says_nothing_of_what_is_broken_already(run: Run, tmp_path: Path) -> None:
    done = run("preflight", "-f", manifest(tmp_path, MANIFEST.replace("cart-confg", "cart-config")), "--demo", "--fail-on", "error")

    assert done.stdout.startswith("No incidents that 2 objects would cause in the packaged demo cluster")
    assert done.returncode in {0, 4}


def test_preflight_is_told_what_it_lacks(run: Run, tmp_path: Path) -> None:
    assert run("preflight", "--demo").returncode == 2
    assert run("preflight", "-f", "-", "--from", "-").returncode == 2
    wrong = run("preflight", "-f", manifest(tmp_path, "a: [1\n"), "--demo")
    assert wrong.returncode == 1
    assert wrong.stdout == ""
    assert "cart.yaml, line 2, column 1" in wrong.stderr


def test_verify_knows_an_incident_by_the_beginning_of_its_id(run: Run) -> None:
    document: dict[str, Any] = json.loads(run("analyze", "--demo", "-o", "json").stdout)
    first = document["incidents"][0]

    done = run("verify", first["id"][:8], "--demo")

    assert (done.returncode, done.stdout) == (3, f"persists: {first['title']}\n")


def test_verify_says_in_a_sentence_what_it_does_not_know(run: Run) -> None:
    unknown, wrong = run("verify", "ffffffffffffffff", "--demo"), run("verify", "cart", "--demo")

    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "no incident has an id that begins with ffffffffffffffff" in unknown.stderr
    assert wrong.returncode == 2


def test_verify_tells_that_it_is_resolved(run: Run, tmp_path: Path) -> None:
    service = (
        "{apiVersion: v1, kind: Service, metadata: {name: cart, namespace: shop}, spec: {selector: {app: SELECTED}, ports: [{port: 80}]}}"
    )
    pod = (
        "{apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop, labels: {app: cart}}, status: {phase: Running,"
        " conditions: [{type: Ready, status: 'True'}], containerStatuses: [{name: a, ready: true}]}, spec: {containers: [{name: a}]}}"
    )
    for name, label in (("broken", "crat"), ("whole", "cart")):
        text = f"apiVersion: v1\nkind: List\nitems:\n- {service.replace('SELECTED', label)}\n- {pod}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    document = json.loads(run("analyze", "--from", str(tmp_path / "broken.yaml"), "-o", "json").stdout)
    found = next(one for one in document["incidents"] if one["rootCause"]["code"] == "service-selects-nothing")

    assert run("verify", found["id"], "--from", str(tmp_path / "broken.yaml")).returncode == 3
    resolved = run("verify", found["id"], "--from", str(tmp_path / "whole.yaml"))
    assert (resolved.returncode, resolved.stdout) == (0, f"resolved: {found['title']}\n")


def test_what_cannot_be_applied_at_all_fails_a_pipeline(run: Run, tmp_path: Path) -> None:
    lost = manifest(tmp_path, "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, namespace: nowhere}\n")
    done = run("preflight", "-f", lost, "--demo", "--fail-on", "error")

    assert done.returncode == 3
    assert 'namespace "nowhere" does not exist' in done.stdout


def test_a_call_that_leads_nowhere_is_told_before_it_is_made(run: Run, tmp_path: Path) -> None:
    calls = MANIFEST.replace("envFrom: [{configMapRef: {name: cart-confg}}]", "env: [{name: STOCK, value: 'http://stok:80'}]")
    service = "\n---\napiVersion: v1\nkind: Service\nmetadata: {name: stock}\nspec: {selector: {app: cart}, ports: [{port: 80}]}\n"
    done = run("preflight", "-f", manifest(tmp_path, calls + service), "--demo", "-o", "json")
    document: dict[str, Any] = json.loads(done.stdout)

    (doubt,) = document["preflight"]["doubts"]
    assert doubt.startswith(
        'Deployment default/cart: container "api" calls stok:80 (env STOCK), but service "stok" does not exist in namespace'
    )
    assert doubt.endswith('did you mean "stock" in this namespace?')


def test_verify_tells_programs_too(run: Run) -> None:
    first: dict[str, Any] = json.loads(run("analyze", "--demo", "-o", "json").stdout)["incidents"][0]
    done = run("verify", first["id"], "--demo", "-o", "json")
    document = json.loads(done.stdout)

    assert (done.returncode, done.stderr) == (3, "")
    assert (document["standing"], document["seconds"], document["incident"]["id"]) == ("persists", None, first["id"])
    assert run("verify", first["id"], "--demo", "-o", "xml").returncode == 2
    assert run("verify", first["id"], "--demo", "--wait", "5s").returncode == 2


def test_what_would_be_refused_is_told_first_and_fails_a_pipeline(run: Run, tmp_path: Path) -> None:
    wrong = manifest(tmp_path, MANIFEST.replace("containers:", "contaners:"))
    done = run("preflight", "-f", wrong, "--demo", "--fail-on", "error")

    assert done.returncode == 3
    assert 'spec.template.spec.contaners is no field; did you mean "containers"?' in " ".join(done.stdout.split())
    document = json.loads(run("preflight", "-f", wrong, "--demo", "-o", "json").stdout)
    assert document["preflight"]["objects"] == 2
    assert len(document["preflight"]["refused"]) == 1
    assert "would be refused" in run("preflight", "-f", wrong, "--demo", "-o", "junit").stdout


def test_a_doubt_fails_a_pipeline_that_fails_on_warnings(run: Run, tmp_path: Path) -> None:
    slip = manifest(tmp_path, MANIFEST.replace("cart:1", "ngnix:1.27").replace("cart-confg", "cart-config"))

    assert run("preflight", "-f", slip, "--demo", "--fail-on", "warning").returncode == 3
    done = run("preflight", "-f", slip, "--demo", "--fail-on", "error")
    assert done.returncode in {0, 4}
    assert 'did you mean "nginx:1.27"?' in " ".join(done.stdout.split())


BAD = MANIFEST.replace("cart-confg", "cart-config")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{BAD}---\na: [1\n---\n{BAD.replace('name: cart', 'name: shop')}", "refused: "),
        (f"{BAD}---\n- 1\n", "a document that is no object"),
        (BAD.replace("name: cart}", "name: '{{ .Values.name }}'}", 1), "a template that is not filled in"),
        (BAD.replace("replicas", "replicas") + "data: {PORT: 8080}\n", "data[PORT] must be text, not the number 8080; put it in quotes"),
        (BAD.replace("metadata: {name: cart}", "metadata: {generateName: cart-}", 1), "has a generateName"),
    ],
)
def test_what_is_wrong_in_one_of_several_is_told_and_the_others_are_judged(run: Run, tmp_path: Path, text: str, told: str) -> None:
    done = run("preflight", "-f", manifest(tmp_path, text), "--demo")

    assert done.returncode == 0
    assert told in " ".join(done.stdout.split())
    assert done.stderr == ""


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "---\n---\n", "null\n", "{{ if .Values.x }}\nkind: Pod\n{{ end }}\n", "\x00\x01", "[]", "3"]
)
def test_a_file_without_an_object_is_one_sentence(run: Run, tmp_path: Path, text: str) -> None:
    done = run("preflight", "-f", manifest(tmp_path, text), "--demo")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kubedx: ")
    assert done.stderr.count("\n") == 1
