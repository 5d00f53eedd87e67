"""The krew manifest, by the rules of krew (sigs.k8s.io/krew, pkg/index/validation), and the launcher that its archives hold."""

import importlib.util
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LAUNCHER = ROOT / "packaging/krew/kubectl-dx"
TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "krew.googlecontainertools.github.com/v1alpha2"},
        "kind": {"const": "Plugin"},
        "metadata": {"type": "object", "properties": {"name": {"type": "string", "pattern": r"^[\w-]+$"}}, "required": ["name"]},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["version", "shortDescription", "platforms"],
            "properties": {
                "version": {"type": "string", "pattern": r"^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$"},
                "homepage": TEXT,
                "shortDescription": {"type": "string", "pattern": r"^[^\r\n]{1,50}$"},
                "description": TEXT,
                "caveats": TEXT,
                "platforms": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["selector", "uri", "sha256", "bin"],
                        "properties": {
                            "selector": {
                                "type": "object",
                                "properties": {"matchLabels": {"type": "object", "additionalProperties": TEXT, "minProperties": 1}},
                                "required": ["matchLabels"],
                            },
                            "uri": {"type": "string", "pattern": "^https://"},
                            "sha256": {"type": "string", "pattern": "^[a-f0-9]{64}$"},
                            "bin": TEXT,
                            "files": {"type": "array", "minItems": 1},
                        },
                    },
                },
            },
        },
    },
}


@pytest.fixture(scope="module")
def krew() -> Any:
    """The script that builds the plugin."""
    loader = SourceFileLoader("krew", str(ROOT / "scripts/krew"))
    spec = importlib.util.spec_from_loader("krew", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = writes
    return module


def test_the_manifest_is_one_of_krew(krew: Any) -> None:
    document = yaml.safe_load(krew.manifest({name: f"{number:064x}" for number, name in enumerate(krew.PLATFORMS)}))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    places = [platform["selector"]["matchLabels"] for platform in document["spec"]["platforms"]]
    assert [f"{place['os']}-{place['arch']}" for place in places] == list(krew.PLATFORMS)
    assert [int(platform["sha256"], 16) for platform in document["spec"]["platforms"]] == list(range(len(krew.PLATFORMS)))
    assert "${" not in yaml.safe_dump(document)


def test_platforms_that_were_not_built_are_left_out(krew: Any) -> None:
    document = yaml.safe_load(krew.manifest({"darwin-arm64": "a" * 64}))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert len(document["spec"]["platforms"]) == 1


def test_the_same_files_are_the_same_archive(krew: Any, tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/one.py").write_text("1\n")
    (tmp_path / "kubectl-dx").write_text("#!/bin/sh\n")
    first = krew.pack(tmp_path)
    os.utime(tmp_path / "lib/one.py", (1, 1))
    assert krew.pack(tmp_path) == first


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """As krew lays it out: the archive unpacked, and a link to its launcher. The packages are those of the tests."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    library = tmp_path / "store/dx/lib" / version
    library.mkdir(parents=True)
    for path in map(Path, filter(os.path.isdir, sys.path)):
        for package in ("kubedx", "click", "msgspec", "yaml", "platformdirs"):
            if (path / package).is_dir() and not (library / package).exists():
                (library / package).symlink_to(path / package)
    (tmp_path / "store/dx/kubectl-dx").write_bytes(LAUNCHER.read_bytes())
    (tmp_path / "store/dx/kubectl-dx").chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/kubectl-dx").symlink_to("../store/dx/kubectl-dx")
    return tmp_path / "bin/kubectl-dx"


def launch(program: Path, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": "/usr/bin:/bin", "HOME": str(program.parent), **environ}
    return subprocess.run([program, *words], env=env, capture_output=True, text=True, check=False, timeout=60)


def test_the_launcher_starts_the_plugin_through_links(installed: Path) -> None:
    done = launch(installed, "analyze", "--contxt", KUBEDX_PYTHON=sys.executable, PYTHONPATH="/nowhere")
    assert (done.returncode, done.stderr) == (2, "kubectl dx: unknown flag --contxt; did you mean --context?\n")
    done = launch(installed, "analyze", "--demo", "-n", "a b", KUBEDX_PYTHON=sys.executable)
    assert "namespace 'a b' does not exist" in done.stderr


def test_without_a_python_it_was_made_for_it_says_which(installed: Path) -> None:
    (library,) = (installed.parent.parent / "store/dx/lib").iterdir()
    library.rename(library.with_name("2.7"))
    done = launch(installed, "version", KUBEDX_PYTHON=sys.executable)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("kubectl dx: there is no Python that this plugin is made for (2.7); install one of these")
