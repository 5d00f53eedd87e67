"""A real API server with a synthetic cluster in it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from apiserver.cluster import Cluster, find_assets

GENERATOR = Path(__file__).resolve().parents[2].parent / "shared/tools/synthetic_cluster.py"


@contextmanager
def filled(pods: int, folder: Path) -> Iterator[Cluster]:
    """The running API server with so many pods and what belongs to them."""
    assets = find_assets()
    if isinstance(assets, str):
        raise SystemExit(f"bench: {assets}")
    cluster = Cluster(assets, folder)
    try:
        generator = [sys.executable, str(GENERATOR), str(pods), "--server", cluster.server, "--ca", str(folder / "ca.crt")]
        generator += ["--token", cluster.token("root"), "--out", str(folder / "faults.json")]
        subprocess.run(generator, check=True, stdout=sys.stderr)
        yield cluster
    finally:
        cluster.stop()
