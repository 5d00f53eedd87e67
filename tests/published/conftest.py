"""What is published, built once for all workers of a run, and installed where no checkout is near."""

import fcntl
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Built(NamedTuple):
    """The files that would be published, and a wheel that was made of the source distribution alone."""

    wheel: Path
    sdist: Path
    wheel_of_sdist: Path


class Installed(NamedTuple):
    """An environment with the wheel and what it requires, and nothing else."""

    folder: Path
    home: Path

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the environment, far from the checkout and from every setting."""
        program, *rest = words
        environment = {"PATH": os.defpath, "HOME": str(self.home), "PYTHONWARNINGS": "error"} | variables
        return subprocess.run(
            [str(self.folder / "bin" / program), *rest],
            cwd=self.home,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is the same for every worker of the run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def once(shared: Path, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name, made by the first worker that wants it."""
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            (folder / ".made").touch()
    return folder


@pytest.fixture(scope="session")
def built(shared: Path) -> Built:
    """Both distributions, made by the pinned build backend of this environment."""
    folder = once(shared, "built", _build)
    (wheel,), (sdist,), (again,) = (sorted(folder.glob(name)) for name in ("own/*.whl", "*.tar.gz", "*.whl"))
    return Built(wheel, sdist, again)


def _build(folder: Path) -> None:
    # Without words for a format, build makes the source distribution, and the wheel out of that.
    for words in ((), ("--wheel",)):
        place = folder / "own" if words else folder
        command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(place), *words, str(ROOT)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def installed(built: Built, shared: Path) -> Installed:
    """The wheel, installed as a user would."""
    folder = once(shared, "environment", lambda folder: _install(built.wheel, folder))
    home = shared / "home"
    home.mkdir(exist_ok=True)
    return Installed(folder, home)


def _install(wheel: Path, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin/python"), "--disable-pip-version-check", "--quiet", "install"]
    required = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    done = subprocess.run(
        [*pip, "--constraint", str(ROOT / "constraints.txt"), *required], capture_output=True, encoding="utf-8", check=False, timeout=100
    )
    if done.returncode:
        reason = f"the packages that kubedx requires cannot be had here: {done.stderr.strip()[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    # Now nothing may be missing: what the wheel says it requires is all there.
    subprocess.run([*pip, "--no-index", str(wheel)], check=True, timeout=60)
