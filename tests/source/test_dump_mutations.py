"""Whatever is done to a dump, reading it ends in a reading or in one sentence, and what is lost leaves a gap."""

import io
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubedx.errors import DumpError
from kubedx.kube import Listed, Pod, Reading
from kubedx.source import DumpSource, Scope
from source.dump_material import ALL_KINDS, listing, obj, pod, sweep

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def read(data: bytes) -> Reading | None:
    source = DumpSource(["-"], stdin=io.BytesIO(data))
    try:
        return source.read((*ALL_KINDS, *source.custom_kinds()), Scope())
    except DumpError as error:
        if "\n" in str(error):
            raise AssertionError("more than one line") from error
        return None


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, member in inner for found in paths(member, (*path, key)))]


def example() -> dict[str, Any]:
    status = {
        "phase": "Running",
        "startTime": "2026-01-01T00:00:00Z",
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
        "containerStatuses": [{"name": "api", "restartCount": 1, "state": {"running": {"startedAt": "2026-01-01T00:00:00Z"}}}],
    }
    return sweep(
        pod(status=status, metadata={"resourceVersion": "7", "generation": 1, "creationTimestamp": "2026-01-01T00:00:00Z"}),
        obj("Secret", "db", "shop", data={"dsn": "eA=="}),
        obj("Event", "e", "shop", involvedObject={"kind": "Pod", "name": "cart-1"}, series={"count": 2, "lastObservedTime": None}),
        obj("Lease", "node-a", "kube-node-lease", "coordination.k8s.io/v1", spec={"renewTime": "2026-01-01T00:00:00Z"}),
        obj("Basket", "b", "shop", "shop.example/v1"),
    )


PATHS = paths(example())


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), JSON)
def test_any_value_anywhere(path: tuple[Any, ...], value: Any) -> None:
    document: Any = example()
    if path:
        place = document
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
    else:
        document = value
    reading = read(json.dumps(document).encode())
    before = read(json.dumps(example()).encode())
    assert before is not None
    if reading is None:
        return
    lost = {found.ref for found in before.objects[Pod.KIND.group_kind]} - {found.ref for found in reading.objects[Pod.KIND.group_kind]}
    # A pod that cannot be read is never absent: it has a gap of its own, or its kind is not listed. One renamed is another pod.
    if lost and not any(key in path for key in ("kind", "apiVersion", "name", "namespace", "metadata")) and len(path) > 2:
        assert any(gap.kind == "Pod" for gap in reading.gaps) or Listed(Pod.KIND.group_kind) not in reading.listed


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=6), st.integers(0, 6))
def test_any_bytes_anywhere(position: int, inserted: bytes, removed: int) -> None:
    data = json.dumps(listing(*example()["items"][:6]), indent=1).encode()
    position %= len(data)
    reading = read(data[:position] + inserted + data[position + removed :])
    assert reading is None or reading.confirmed


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="{}[]:,-&*a1 \n\"'|>?!#%apiVersionkd", max_size=120))
def test_any_text(text: str) -> None:
    reading = read(f"apiVersion: v1\nkind: Pod\n{text}".encode())
    assert reading is None or reading.confirmed
