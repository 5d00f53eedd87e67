"""Every recorded cluster beside the checkout is read without a loss."""

from pathlib import Path

import pytest

from kubedx.kube import ContainerLog, GapReason, LogKey, Pod, container_statuses
from kubedx.source import DumpSource, LogLimit, Scope
from source.dump_material import ALL_KINDS

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "clusters"
FOLDERS = sorted(path.parent for path in RECORDINGS.glob("*/objects.json"))


@pytest.mark.skipif(not FOLDERS, reason="no recorded clusters beside the checkout (../shared/clusters)")
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_recording(folder: Path) -> None:
    source = DumpSource([str(folder)])
    kinds = tuple(dict.fromkeys([*ALL_KINDS, *source.custom_kinds()]))
    reading = source.read(kinds, Scope())
    assert [gap for gap in reading.gaps if gap.reason is not GapReason.NOT_IN_DUMP] == []
    wanted = (folder / "objects.json").read_bytes().count(b"\n") - 2
    assert sum(map(len, reading.objects.values())) == wanted
    pods = [found for found in reading.objects[Pod.KIND.group_kind] if isinstance(found, Pod)]
    keys = [
        LogKey(found.ref, view.container.name, previous)
        for found in pods
        for view in container_statuses(found)
        for previous in (False, True)
    ]
    logs = [found for key in keys if isinstance(found := source.log(key, LogLimit()), ContainerLog)]
    assert len(logs) == sum(1 for _ in folder.rglob("*.log"))
    source.close()
