"""Rules that users declare: what they find, how they fail, and the tests that they bring along."""

import json
from pathlib import Path

import pytest

from cli.conftest import Run

OWNER = """
apiVersion: kubedx.dev/v1
kind: Rule
metadata: {name: deployment-without-owner}
spec:
  on: deploy
  consults: [svc]
  severity: error
  when: "!has(object.metadata.labels.owner)"
  message: "'no label owner; the cluster has ' + string(size(objects.Service)) + ' Services'"
  path: metadata.labels
  advice: Label it with the team that owns it.
  tests:
    fires: [{object: {metadata: {labels: {}}}, objects: {Service: []}}]
    quiet: [{object: {metadata: {labels: {owner: shop}}}}]
"""


def test_a_declared_rule_judges_as_ours_do(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "owner.yaml"
    file.write_text(OWNER)
    document = json.loads(run("analyze", "--demo", "-n", "default", "--rules", str(file), "--explain", "-o", "json").stdout)
    own = [one for one in document["incidents"] if one["rootCause"]["code"] == "custom/deployment-without-owner"]
    assert [one["rootCause"]["subject"]["name"] for one in own] == ["demo3"]
    assert own[0]["rootCause"]["message"].startswith("no label owner; the cluster has ")
    assert own[0]["rootCause"]["evidence"][0]["path"] == "metadata.labels"
    assert "Label it with the team that owns it." in own[0]["explanations"][0]["steps"][0]


def test_rules_of_a_config_map_and_of_a_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "a.yaml").write_text(OWNER)
    (folder / "b.yml").write_text(OWNER.replace("deployment-without-owner", "other"))
    (folder / "README.md").write_text("no rule")
    dump = tmp_path / "dump.json"
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "cart", "namespace": "shop"}}
    holder = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "rules", "namespace": "ops"}, "data": {"owner.yaml": OWNER}}
    lists = [
        {"apiVersion": "apps/v1", "kind": "DeploymentList", "items": [deployment]},
        {"apiVersion": "v1", "kind": "ConfigMapList", "items": [holder]},
    ]
    dump.write_text("\n".join(map(json.dumps, lists)))
    for place, codes in (("configmap/ops/rules", 1), (str(folder), 2)):
        done = run("analyze", "--from", str(dump), "--rules", place, "-o", "json")
        found = [one["rootCause"]["code"] for one in json.loads(done.stdout)["incidents"]]
        assert len([code for code in found if code.startswith("custom/")]) == codes
    assert "the ConfigMap ops/none with the rules" in run("analyze", "--from", str(dump), "--rules", "configmap/ops/none").stderr


def test_an_expression_that_fails_on_an_object_is_told_and_ends_nothing(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "owner.yaml"
    file.write_text(OWNER.replace("!has(object.metadata.labels.owner)", "object.spec.nothing.of > 3"))
    document = json.loads(run("analyze", "--demo", "-n", "default", "--rules", str(file), "-o", "json").stdout)
    assert document["incidents"]
    assert [one["code"] for one in document["coverage"]["crashed"]] == ["custom/deployment-without-owner"]


def test_the_tests_of_a_rule(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "owner.yaml"
    file.write_text(OWNER)
    done = run("rules", "test", str(file))
    assert (done.returncode, done.stdout) == (0, "1 rules, 2 tests, 0 failed\n")
    file.write_text(OWNER.replace("!has(object.metadata.labels.owner)", "true"))
    done = run("rules", "test", str(file))
    assert done.returncode == 1
    assert "custom/deployment-without-owner: quiet 1 fires: no label owner" in done.stdout
    assert run("rules", "test").returncode == 2


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("a: [", "is no valid YAML"),
        ("{}", "this is no rule"),
        (OWNER.replace("kind: Rule", "kind: Rul"), "not kubedx.dev/v1 Rul"),
        (OWNER.replace("on: deploy", "on: deplo"), 'names the kind "deplo"'),
        (OWNER.replace("!has(", "!hs(("), "rule deployment-without-owner, when:"),
        (OWNER.replace("severity: error", "severity: bad"), "this is no rule"),
        (OWNER.replace("advice:", "advise:"), "unknown field `advise`"),
        (OWNER + "---\n" + OWNER, "there are two rules of the name deployment-without-owner"),
        (OWNER.replace("deployment-without-owner", "../x"), "a rule's name is lower case"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(run: Run, tmp_path: Path, body: str, sentence: str) -> None:
    file = tmp_path / "owner.yaml"
    file.write_text(body)
    done = run("analyze", "--demo", "--rules", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_rule_of_the_documentation_holds(run: Run, tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "own-rules.md").read_text("utf-8")
    file = tmp_path / "owner.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0])
    assert run("rules", "test", str(file)).stdout == "1 rules, 2 tests, 0 failed\n"
