"""The command `k8sgpt`: its text, its JSON and its exit codes, as scripts know them (k8sgpt's pkg/analysis/output.go)."""

import json
from pathlib import Path

import pytest

from cli.conftest import Run

POD = """
apiVersion: v1
kind: Pod
metadata:
  name: cart-0
  namespace: shop
  creationTimestamp: '2026-03-01T10:00:00Z'
  ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: cart, uid: s1, controller: true}]
spec: {nodeName: node-a, containers: [{name: api, image: 'shop/cart:1'}]}
status:
  phase: Pending
  containerStatuses:
  - name: api
    image: shop/cart:1
    ready: false
    restartCount: 0
    state: {waiting: {reason: CreateContainerError, message: 'failed to mount <data> & "logs": no such device'}}
"""
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: guard, creationTimestamp: '2026-03-01T10:00:00Z'}
webhooks:
- name: pods.guard.example.com
  failurePolicy: Ignore
  clientConfig: {service: {namespace: shop, name: guard, port: 443}}
  rules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]
"""
TEXT = 'container "api" cannot be started: failed to mount <data> & "logs": no such device'
GUARD = (
    'webhook "pods.guard.example.com" is answered by service shop/guard, which does not exist: '
    "pods pass without being judged (failure policy Ignore)"
)


SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: till, namespace: shop, creationTimestamp: '2026-03-01T10:00:00Z'}
spec: {ports: [{port: 80}]}
"""
OTHER = SERVICE.replace("namespace: shop", "namespace: kube-system")


@pytest.fixture
def dump(tmp_path: Path) -> str:
    """A List, as `kubectl get pods,services,mutatingwebhookconfigurations -A -o yaml` writes it."""
    items = ["\n".join(f"  {line}" for line in one.strip().splitlines()) for one in (POD, SERVICE, OTHER, WEBHOOK)]
    path = tmp_path / "dump.yaml"
    path.write_text("apiVersion: v1\nkind: List\nitems:\n" + "".join(f"-{item[1:]}\n" for item in items))
    return str(path)


def without_warnings(text: str) -> str:
    """The text without its warnings, which here tell what the dump does not hold."""
    head, found, rest = text.partition("\nWarnings : \n")
    return head + "\n" + rest.partition("\n\n")[2] if found else text


def test_text_numbers_results_from_0_under_the_provider_line(run: Run, dump: str) -> None:
    done = run("analyze", "--from", dump, name="k8sgpt")
    assert done.returncode == 0
    assert without_warnings(done.stdout) == (
        "AI Provider: AI not used; --explain not set\n"
        "\n"
        "0: MutatingWebhookConfiguration /pods.guard.example.com(MutatingWebhook/guard)\n"
        f"- Error: {GUARD}\n"
        "\n"
        "1: Pod shop/cart-0(StatefulSet/cart)\n"
        f"- Error: {TEXT}\n"
        "\n"
    )


def test_text_warns_of_what_could_not_be_read_before_the_results(run: Run, dump: str) -> None:
    text = run("analyze", "--from", dump, "--filter=Pod,Podd", name="k8sgpt").stdout
    assert text.startswith(
        'AI Provider: AI not used; --explain not set\n\nWarnings : \n- filter "Podd" is not known; did you mean Pod?\n- not in the dump: '
    )
    assert text.count("Warnings : ") == 1
    assert "\n\n0: Pod shop/cart-0(StatefulSet/cart)\n" in text


def test_text_without_a_problem(run: Run, dump: str) -> None:
    text = run("analyze", "--from", dump, "--filter=Service", name="k8sgpt").stdout
    assert text.endswith("\n\nNo problems detected\n")


def test_explain_tells_the_provider_and_details(run: Run, dump: str) -> None:
    text = run("analyze", "--from", dump, "--explain", "--filter=Pod", name="k8sgpt").stdout
    assert text.startswith("AI Provider: none; the built-in playbook explains\n")
    assert f"- Error: {TEXT}\nError: " in text
    assert "\nSolution: 1. " in text


def test_json_has_the_keys_of_k8sgpt_first(run: Run, dump: str) -> None:
    done = run("analyze", "--from", dump, "-o", "json", name="k8sgpt")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[:5] == ["{", '  "provider": "",', '  "errors": null,', '  "status": "ProblemDetected",', '  "problems": 2,']
    document = json.loads(done.stdout)
    assert document["results"] == [
        {
            "kind": "MutatingWebhookConfiguration",
            "name": "/pods.guard.example.com",
            "error": [{"Text": GUARD, "KubernetesDoc": "", "Sensitive": None}],
            "details": "",
            "parentObject": "MutatingWebhook/guard",
        },
        {
            "kind": "Pod",
            "name": "shop/cart-0",
            "error": [{"Text": TEXT, "KubernetesDoc": "", "Sensitive": None}],
            "details": "",
            "parentObject": "StatefulSet/cart",
        },
    ]


def test_json_escapes_the_signs_of_html_as_go_does(run: Run, dump: str) -> None:
    text = run("analyze", "--from", dump, "-o", "json", name="k8sgpt").stdout
    assert r'"Text": "container \"api\" cannot be started: failed to mount \u003cdata\u003e \u0026 \"logs\": no such device"' in text
    assert not set("<>&") & set(text)
    assert json.loads(text)["results"] == json.loads(run("analyze", "--from", dump, "-o", "json").stdout)["results"]


def test_json_without_a_problem_has_null_and_ok(run: Run, dump: str) -> None:
    document = json.loads(run("analyze", "--from", dump, "--filter=Service", "-o", "json", name="k8sgpt").stdout)
    assert (document["status"], document["problems"], document["results"], document["errors"]) == ("OK", 0, None, None)


def test_json_counts_errors_and_lists_warnings(run: Run, dump: str) -> None:
    document = json.loads(run("analyze", "--from", dump, "-f", "Pod,Podd", "--explain", "-o", "json", name="k8sgpt").stdout)
    assert document["errors"] == ['filter "Podd" is not known; did you mean Pod?']
    assert document["problems"] == sum(len(result["error"]) for result in document["results"]) == 1
    assert document["results"][0]["details"].startswith("Error: ")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("analyze", "--from", "DUMP"), 0),
        (("analyze", "--from", "DUMP", "-o", "json"), 0),
        (("analyze", "--from", "DUMP", "-o", "xml"), 1),
        (("analyze", "--from", "DUMP", "--nonsense"), 1),
        (("analyze", "--from", "/nowhere/at/all"), 1),
        (("analyze",), 1),
        (("analyse", "--from", "DUMP"), 0),
        (("version",), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_exit_codes_are_0_with_problems_and_1_where_nothing_could_be_done(run: Run, dump: str, words: tuple[str, ...], code: int) -> None:
    done = run(*(dump if word == "DUMP" else word for word in words), name="k8sgpt")
    assert done.returncode == code
    assert bool(done.stderr) is (code != 0)
    assert bool(done.stdout) is (code == 0)


def test_a_config_file_that_cannot_be_read_is_an_error_and_never_taken_for_an_empty_one(run: Run, dump: str, tmp_path: Path) -> None:
    folder = tmp_path / "k8sgpt"
    folder.mkdir()
    config = folder / "k8sgpt.yaml"
    config.write_text("ai: [unfinished\n")
    done = run("analyze", "--from", dump, "--explain", name="k8sgpt")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert config.read_text() == "ai: [unfinished\n"
    assert run("--help", name="k8sgpt").returncode == 0
