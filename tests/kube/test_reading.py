from datetime import UTC, datetime

from kubedx.kube import ClusterInfo, Gap, GapReason, Listed, Node, Origin, Pod, Reading, Service
from kubedx.testing import build

EARLY, LATE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC), datetime(2026, 3, 1, 12, 1, tzinfo=UTC)
CLUSTER = ClusterInfo(source=Origin.LIVE, name="shop", version="v1.34.4")
PODS, SERVICES, NODES = (kind.KIND.group_kind for kind in (Pod, Service, Node))


def test_a_reading_goes_on_with_what_is_read_later() -> None:
    refused = Gap("v1", "Node", "", "list", GapReason.FORBIDDEN, "no")
    failed = Gap("v1", "Service", "", "list", GapReason.TIMEOUT, "late")
    first = Reading(
        cluster=CLUSTER,
        now=EARLY,
        objects={PODS: (build(Pod, "shop/cart"),), SERVICES: ()},
        listed=frozenset({Listed(PODS)}),
        gaps=(failed,),
    )
    later = Reading(
        cluster=CLUSTER,
        now=LATE,
        objects={SERVICES: (build(Service, "shop/cart"),), NODES: ()},
        listed=frozenset({Listed(SERVICES)}),
        gaps=(refused,),
    )

    both = first.followed_by(later)

    assert {kind: len(objects) for kind, objects in both.objects.items()} == {PODS: 1, SERVICES: 1, NODES: 0}
    assert both.listed == {Listed(PODS), Listed(SERVICES)}
    assert both.gaps == (refused,), "a kind that was read in the end is no gap"
    assert both.now == LATE
