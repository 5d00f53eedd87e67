"""scripts/new-rule: what it makes is a rule that the catalogue and the playbook can read."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kubedx.explain.playbook import parse_entry

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("scripts/new-rule", "src/kubedx/__init__.py", "src/kubedx/kube/__init__.py", "src/kubedx/analyzers/catalogue.py")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for path in NEEDED:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def new_rule(checkout: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, checkout / "scripts/new-rule", *words], capture_output=True, text=True, check=False, timeout=30)


def test_it_makes_a_rule_its_playbook_entry_and_fixtures(checkout: Path) -> None:
    assert new_rule(checkout, "service", "service_is_odd").returncode == 0

    rules = checkout / "src/kubedx/analyzers/rules/service"
    tree = ast.parse((rules / "service_is_odd.py").read_text("utf-8"))
    (function,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert function.name == "service_is_odd"
    assert "on=Service," in ast.unparse(function.decorator_list[0])
    assert (rules / "__init__.py").read_text("utf-8") == '"""Rules on service."""\n'
    entry = checkout / "src/kubedx/explain/playbook/entries/service-is-odd.toml"
    assert parse_entry("service-is-odd", entry.read_text("utf-8")).en.steps
    assert {path.name for path in (checkout / "tests/rules/service-is-odd").iterdir()} == {"fires.yaml", "quiet.yaml"}


def test_a_code_is_never_used_twice(checkout: Path) -> None:
    new_rule(checkout, "service", "service_is_odd")
    again = new_rule(checkout, "pod", "service_is_odd")
    assert again.returncode == 1
    assert again.stderr == "new-rule: service-is-odd is in use or was once; a code is never used twice\n"


@pytest.mark.parametrize("words", [(), ("service",), ("service", "Odd"), ("service", "../odd"), ("a/b", "odd")])
def test_wrong_words_make_nothing(checkout: Path, words: tuple[str, ...]) -> None:
    assert new_rule(checkout, *words).returncode == 2
    assert not (checkout / "tests").exists()
