"""The wheel and the source distribution: what is in them, what they say of themselves, and that they work by themselves."""

import json
import tarfile
import zipfile
from email.parser import BytesParser
from pathlib import Path, PurePosixPath

import pytest
from packaging.metadata import Metadata

from kubedx import __version__
from published.conftest import ROOT, Built, Installed

PACKAGE = ROOT / "src/kubedx"
SUFFIXES = {".py", ".toml", ".json", ".gz", ".j2", ".css", ".log"}
"""Of code, playbook entries, schemas and the demo, the API's own documentation, templates, and the demo's logs."""


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_the_package() -> dict[str, bytes]:
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {f"kubedx/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes() for path in files}


def test_the_wheel_holds_the_package_and_what_belongs_in_a_system_and_nothing_else(built: Built) -> None:
    wheel = contents(built.wheel)
    package = {name: body for name, body in wheel.items() if name.startswith("kubedx/")}
    others = set(wheel) - set(package)
    info, data = f"kubedx-{__version__}.dist-info/", f"kubedx-{__version__}.data/data/share/"
    assert package == of_the_package()
    assert {PurePosixPath(name).suffix for name in package if name != "kubedx/py.typed"} == SUFFIXES
    assert "kubedx/py.typed" in package
    assert [name for name in others if not name.startswith((info, data))] == []
    assert wheel[f"{info}licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()


def test_the_source_distribution_makes_the_same_wheel(built: Built) -> None:
    assert built.wheel_of_sdist.name == built.wheel.name
    assert contents(built.wheel_of_sdist) == contents(built.wheel)


def test_the_source_distribution_holds_what_the_wheel_is_made_of(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"src", "packaging", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= {name.partition("/")[0] for name in names}
    assert [name for name in names if name.startswith(("tests", "docs", "scripts", ".ci", ".venv"))] == []


def test_the_metadata_is_valid_and_tells_what_a_user_wants_to_know(built: Built) -> None:
    wheel = contents(built.wheel)
    body = wheel[f"kubedx-{__version__}.dist-info/METADATA"]
    metadata = Metadata.from_email(body, validate=True)
    assert (metadata.name, str(metadata.version), metadata.license_expression) == ("kubedx", __version__, "Apache-2.0")
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description == (ROOT / "README.md").read_text("utf-8")
    assert set(metadata.project_urls or {}) == {"Homepage", "Documentation", "Changelog"}
    assert {"openai", "local", "custom"} <= set(metadata.provides_extra or ())
    assert BytesParser().parsebytes(body)["Requires-Python"] == ">=3.11"


def test_the_demo_is_diagnosed_where_no_checkout_is(installed: Installed) -> None:
    where = installed.run("python", "-c", "import kubedx; print(kubedx.__file__)").stdout.strip()
    assert Path(where).is_relative_to(installed.folder)
    done = installed.run("kubedx", "analyze", "--demo", "--explain", "--filter=Pod", "-n=default", "-c")
    assert (done.returncode, done.stderr) == (0, "")
    assert "did you mean" in done.stdout
    assert "next: kubectl" in done.stdout


def test_every_report_finds_its_parts(installed: Installed) -> None:
    formats = ["json", "yaml", "markdown", "html", "sarif", "junit", "openmetrics"]
    wanted = [word for name in formats for word in ("-o", f"{name}=report.{name}")]
    done = installed.run("kubedx", "analyze", "--demo", "--explain", *wanted)
    assert (done.returncode, done.stdout) == (0, "")
    assert [name for name in formats if "image-pull-failed" not in (installed.home / f"report.{name}").read_text("utf-8")] == []


@pytest.mark.parametrize(("name", "told"), [("kubedx", f"kubedx: {__version__}"), ("k8sgpt", f"k8sgpt: {__version__}")])
def test_both_commands_tell_the_version(installed: Installed, name: str, told: str) -> None:
    done = installed.run(name, "version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(told)


def test_all_rules_have_come_along_with_their_pages(installed: Installed) -> None:
    listed = installed.run("kubedx", "rules").stdout
    assert len(listed.splitlines()) >= len(list((PACKAGE / "explain/playbook/entries").glob("*.toml")))
    assert "Create the Secret in the pod's namespace" in installed.run("kubedx", "rules", "secret-absent").stdout


def test_a_recording_is_diagnosed_like_the_cluster(installed: Installed) -> None:
    recorded = installed.run("kubedx", "record", "--demo", "--force", "-o", "dump.tar.gz")
    assert recorded.returncode == 0, recorded.stderr
    dump, demo = (
        json.loads(installed.run("kubedx", "analyze", *words, "-o", "json").stdout) for words in (("--from", "dump.tar.gz"), ("--demo",))
    )
    assert dump["incidents"]
    assert dump["incidents"] == demo["incidents"]


def test_what_is_not_installed_is_named_with_the_command_that_installs_it(installed: Installed) -> None:
    assert installed.run("kubedx", "auth", "add", "-b", "openai", "-p", "key-of-nobody").returncode == 0
    done = installed.run("kubedx", "analyze", "--demo", "--explain", "-b", "openai")
    assert done.returncode == 0
    assert "pip install" in done.stderr
    assert "kubedx[openai]" in done.stderr


def test_manual_pages_are_where_man_looks(installed: Installed) -> None:
    pages = {path.name for path in (installed.folder / "share/man/man1").iterdir()}
    assert {"kubedx.1", "kubedx-analyze.1", "k8sgpt.1"} <= pages


@pytest.mark.parametrize(
    "file", ["bash-completion/completions/kubedx", "zsh/site-functions/_kubedx", "fish/vendor_completions.d/kubedx.fish"]
)
def test_shells_find_the_completion(installed: Installed, file: str) -> None:
    shell = {"bash-completion": "bash", "zsh": "zsh", "fish": "fish"}[file.partition("/")[0]]
    assert (installed.folder / "share" / file).read_text("utf-8") == installed.run("kubedx", "completion", shell).stdout
