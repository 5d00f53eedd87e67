"""The table of the nodes against the real scheduler: by its recorded messages always, live where the binary is there.

scripts/scheduler-messages records them (kube-scheduler 1.34).
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from apiserver.cluster import Cluster, find_assets
from apiserver.scheduler import FITS, Scheduler, find_scheduler
from apiserver.scheduling_cases import RANDOM_CASES, WANTED, Object, cases
from kubedx.analyzers.scheduling import table_of
from kubedx.inventory import Found, Inventory
from kubedx.kube import Namespace, Pod
from kubedx.testing import build, object_from, reading_of

MESSAGES = json.loads((Path(__file__).parent / "scheduling_messages.json").read_text())
CASES = dict(cases())
LIVE = [name for number, name in enumerate(name for name in CASES if "at random" not in name) if number % 4 == 0]


def _ours(objects: list[Object]) -> str:
    shop = build(Namespace, "shop", metadata={"labels": {"kubernetes.io/metadata.name": "shop"}})
    inventory = Inventory(reading_of([shop, *map(object_from, objects)]))
    found = inventory.get(Pod, "shop", WANTED)
    assert isinstance(found, Found)
    table = table_of(found.object, inventory)
    assert table is not None
    assert table.told
    return FITS if any(not row.failing for row in table.rows) else table.message


def test_every_case_was_recorded() -> None:
    assert list(MESSAGES) == list(CASES)
    assert sum(message != FITS for message in MESSAGES.values()) > RANDOM_CASES


@pytest.mark.parametrize("name", CASES)
def test_the_table_says_what_the_scheduler_said(name: str) -> None:
    assert _ours(CASES[name]) == MESSAGES[name]


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    """A scheduler with a cluster of its own: nodes are everybody's."""
    assets = find_assets()
    program = find_scheduler(assets)
    if isinstance(assets, str) or program is None:
        pytest.skip(assets if isinstance(assets, str) else f"no kube-scheduler in {assets}: run scripts/kube-assets")
    directory = tmp_path_factory.mktemp("scheduler")
    cluster = Cluster(assets, directory)
    try:
        cluster.namespace("shop")
        running = Scheduler(cluster, program, directory)
        yield running
        running.stop()
    finally:
        cluster.stop()


@pytest.mark.parametrize("name", LIVE)
def test_the_scheduler_still_says_so(scheduler: Scheduler, name: str) -> None:
    assert scheduler.verdict(CASES[name], MESSAGES[name]) == MESSAGES[name]
