"""Which packages a command may load. What is not listed here costs every user of the command its import."""

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import atexit, os, sys
before = set(sys.modules)
def tell():
    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    os.write(2, ("\\nLOADED " + " ".join(sorted(loaded - set(sys.stdlib_module_names)))).encode())
    os.write(2, ("\\nMODULES " + " ".join(sorted(set(sys.modules) - before))).encode())
atexit.register(tell)
"""


def loaded(environment: dict[str, str], code: str, *words: str) -> tuple[set[str], set[str]]:
    """The packages, outside the standard library, and all modules that the code loads."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE + code, *words], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    lines = dict(line.partition(" ")[::2] for line in done.stderr.splitlines() if line.startswith(("LOADED", "MODULES")))
    return set(lines["LOADED"].split()), set(lines["MODULES"].split())


SCAN = {"kubedx", "click", "msgspec", "platformdirs", "yaml"}
OF_THESE = {"typing_extensions", "cython_runtime"}
"""msgspec takes the first where it finds it; PyYAML's C part registers the second, and one named for its Cython."""

MAIN = "from kubedx.cli import kubedx_main; kubedx_main()"


def without_parts(packages: set[str]) -> set[str]:
    return {name for name in packages - OF_THESE if not name.startswith("_cython_")}


def test_the_package_itself_loads_nothing(environment: dict[str, str]) -> None:
    packages, modules = loaded(environment, "import kubedx")
    assert packages == {"kubedx"}
    assert modules == {"kubedx"}


@pytest.mark.parametrize("words", [("--help",), ("analyze", "--help"), ("version",), ("analyze", "--exlain")])
def test_help_version_and_a_wrong_flag_load_click_alone(environment: dict[str, str], words: tuple[str, ...]) -> None:
    packages, _ = loaded(environment, MAIN, *words)
    assert packages <= {"kubedx", "click"}


def test_a_scan_for_programs_loads_no_provider_and_no_renderer(environment: dict[str, str]) -> None:
    packages, modules = loaded(environment, MAIN, "analyze", "--demo", "-o", "json")
    assert without_parts(packages) <= SCAN
    assert not {"http.client", "kubedx.source.live", "kubedx.explain.providers.chat"} & modules


def test_a_scan_of_a_dump_loads_nothing_that_asks_models_or_opens_archives(environment: dict[str, str], tmp_path: Path) -> None:
    dump = tmp_path / "namespaces.json"
    dump.write_text('{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}]}')
    packages, modules = loaded(environment, MAIN, "analyze", "--from", str(dump))
    assert without_parts(packages) <= {"kubedx", "click", "msgspec", "platformdirs", "rich"}
    heavy = {"asyncio", "ssl", "logging", "tarfile", "zipfile", "kubedx.explain.prompts", "kubedx.source.kubeconfig"}
    assert not heavy & modules


def test_a_scan_for_people_loads_rich_besides(environment: dict[str, str]) -> None:
    packages, _ = loaded(environment, MAIN, "analyze", "--demo", "--explain")
    assert without_parts(packages) <= SCAN | {"rich"}
