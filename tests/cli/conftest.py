"""The two commands as processes of their own, in an environment that names no cluster."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """No kubeconfig, no config file, no terminal."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START") if name in os.environ}
    return kept | {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONWARNINGS": "error"}


def command(name: str = "kubedx") -> list[str]:
    """How to start one of the two entry points with the interpreter of the tests."""
    return [sys.executable, "-c", f"import sys; sys.argv[0] = {name!r}; from kubedx.cli import {name}_main; {name}_main()"]


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    """Run a command to its end."""

    def start(
        *words: str, name: str = "kubedx", env: Mapping[str, str] | None = None, stdin: IO[str] | int = subprocess.DEVNULL
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command(name), *words],
            env=environment | dict(env or {}),
            capture_output=True,
            encoding="utf-8",
            stdin=stdin,
            check=False,
            timeout=60,
        )

    return start
