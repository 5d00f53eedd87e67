"""preflight and verify, as processes."""

import json
from pathlib import Path
from typing import Any

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

    assert [(one["severity"], one["rootCause"]["code"]) for one in document["incidents"]] == [("warning", "called-service-absent")]
