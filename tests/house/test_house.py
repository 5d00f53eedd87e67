"""The house itself: sizes, names, and the laws that each room states."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/kubedx"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
LONGEST = 500
NO_NAMES = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}


def test_modules_stay_short() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in MODULES if {path.stem.strip("_"), path.parent.name.strip("_")} & NO_NAMES] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_states_its_law_and_sorts_its_face(room: str) -> None:
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8"))
    docstring = ast.get_docstring(tree) or ""
    assert docstring.startswith(f"{room}: ")
    assert "Law:" in docstring
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            names = ast.literal_eval(node.value)
            assert len(names) == len(set(names))
            # Constants, then classes, then functions, each in order, as ruff sorts them.
            assert [name for name in names if not name.isupper()] == sorted(
                (name for name in names if not name.isupper()), key=lambda name: (not name[0].isupper(), name)
            )


def test_every_public_module_says_what_it_is() -> None:
    assert [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_a_room_is_entered_by_its_face() -> None:
    """`from kubedx.kube import Pod`, never `from kubedx.kube.pod import Pod`, outside of the room. Sub-rooms have faces of their own."""
    inner = re.compile(r"^\s*from kubedx\.(\w+)\.(\w+)", re.MULTILINE)
    faces = {"analyzers.rules", "explain.playbook", "explain.prompts", "explain.providers", "explain.cache"}
    allowed = faces | {f"analyzers.{word}" for word in ("effects", "evidence", "near_miss")}
    wrong = [
        (str(path.relative_to(PACKAGE)), f"{room}.{module}")
        for path in MODULES
        for room, module in inner.findall(path.read_text("utf-8"))
        if path.relative_to(PACKAGE).parts[0] != room and f"{room}.{module}" not in allowed
    ]
    assert wrong == []
