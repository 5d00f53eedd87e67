"""Node selectors, taints and tolerations, by the examples of the Kubernetes documentation."""

from collections.abc import Mapping

import pytest

from kubedx.kube import NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, Taint, Toleration, matches_node, tolerates, untolerated


def _requires(key: str, operator: str, *values: str) -> NodeSelectorRequirement:
    return NodeSelectorRequirement(key=key, operator=operator, values=values)


# https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity
ANTARCTICA = NodeSelector(
    node_selector_terms=(
        NodeSelectorTerm(match_expressions=(_requires("topology.kubernetes.io/zone", "In", "antarctica-east1", "antarctica-west1"),)),
    )
)


def test_the_documentations_example() -> None:
    assert matches_node(ANTARCTICA, "n", {"topology.kubernetes.io/zone": "antarctica-east1"})
    assert matches_node(ANTARCTICA, "n", {"topology.kubernetes.io/zone": "antarctica-west1"})
    assert not matches_node(ANTARCTICA, "n", {"topology.kubernetes.io/zone": "antarctica-east2"})
    assert not matches_node(ANTARCTICA, "n", {})


@pytest.mark.parametrize(
    ("requirement", "labels", "holds"),
    [
        # https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#operators
        (_requires("disk", "In", "ssd", "nvme"), {"disk": "ssd"}, True),
        (_requires("disk", "In", "ssd"), {}, False),
        (_requires("disk", "NotIn", "hdd"), {"disk": "ssd"}, True),
        (_requires("disk", "NotIn", "hdd"), {"disk": "hdd"}, False),
        (_requires("disk", "NotIn", "hdd"), {}, True),
        (_requires("disk", "Exists"), {"disk": ""}, True),
        (_requires("disk", "Exists"), {}, False),
        (_requires("disk", "DoesNotExist"), {}, True),
        (_requires("disk", "DoesNotExist"), {"disk": ""}, False),
        # "The field value will be parsed as an integer"; "will not work with non-integer values"
        (_requires("cores", "Gt", "8"), {"cores": "16"}, True),
        (_requires("cores", "Gt", "8"), {"cores": "8"}, False),
        (_requires("cores", "Gt", "8"), {"cores": "9"}, True),
        (_requires("cores", "Lt", "8"), {"cores": "-1"}, True),
        (_requires("cores", "Lt", "8"), {}, False),
        (_requires("cores", "Gt", "8"), {"cores": "many"}, False),
        (_requires("cores", "Gt", "8.5"), {"cores": "9"}, False),
        (_requires("cores", "Gt", "1", "2"), {"cores": "9"}, False),
        (_requires("cores", "Gt"), {"cores": "9"}, False),
        (_requires("cores", "Gt", "8"), {"cores": "9" * 5000}, False),
        (_requires("cores", "Around", "8"), {"cores": "8"}, False),
    ],
)
def test_operators(requirement: NodeSelectorRequirement, labels: Mapping[str, str], holds: bool) -> None:
    selector = NodeSelector(node_selector_terms=(NodeSelectorTerm(match_expressions=(requirement,)),))

    assert matches_node(selector, "n", labels) is holds


def test_one_term_is_enough_and_all_of_its_requirements_are_needed() -> None:
    # The same page: terms are ORed, expressions of one term ANDed.
    both = NodeSelectorTerm(match_expressions=(_requires("disk", "In", "ssd"), _requires("zone", "In", "a")))
    gpu = NodeSelectorTerm(match_expressions=(_requires("gpu", "Exists"),))
    selector = NodeSelector(node_selector_terms=(both, gpu))

    assert matches_node(selector, "n", {"disk": "ssd", "zone": "a"})
    assert matches_node(selector, "n", {"gpu": "1"})
    assert not matches_node(selector, "n", {"disk": "ssd", "zone": "b"})


def test_fields() -> None:
    # The form in which the DaemonSet controller pins a pod to its node.
    # https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled
    selector = NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=(_requires("metadata.name", "In", "node-a"),)),))

    assert matches_node(selector, "node-a", {})
    assert not matches_node(selector, "node-b", {"metadata.name": "node-a"})


def test_empty_terms_match_nothing() -> None:
    # k8s.io/api/core/v1, NodeSelectorTerm: "A null or empty node selector term matches no objects."
    assert not matches_node(NodeSelector(), "n", {"a": "b"})
    assert not matches_node(NodeSelector(node_selector_terms=(NodeSelectorTerm(),)), "n", {"a": "b"})


# https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
TAINT = Taint(key="key1", value="value1", effect="NoSchedule")


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        (Toleration(key="key1", operator="Equal", value="value1", effect="NoSchedule"), True),
        (Toleration(key="key1", operator="Exists", effect="NoSchedule"), True),
        # "An empty key with operator Exists matches all keys, values and effects"
        (Toleration(operator="Exists"), True),
        # "An empty effect matches all effects with key key1"
        (Toleration(key="key1", operator="Exists"), True),
        # "The default value for operator is Equal"
        (Toleration(key="key1", value="value1"), True),
        (Toleration(key="key1", operator="", value="value1"), True),
        (Toleration(key="key1", value="value2"), False),
        (Toleration(key="key2", operator="Exists"), False),
        (Toleration(key="key1", operator="Exists", effect="NoExecute"), False),
        (Toleration(key="key1", operator="Near", value="value1"), False),
    ],
)
def test_tolerations(toleration: Toleration, tolerated: bool) -> None:
    assert tolerates(toleration, TAINT) is tolerated


def test_the_taint_that_remains() -> None:
    # The same page: node1 with three taints, and a pod with two tolerations.
    taints = (TAINT, Taint(key="key1", value="value1", effect="NoExecute"), Taint(key="key2", value="value2", effect="NoSchedule"))
    tolerations = (
        Toleration(key="key1", value="value1", effect="NoSchedule"),
        Toleration(key="key1", value="value1", effect="NoExecute"),
    )

    assert untolerated(tolerations, taints) == taints[2:]
    assert untolerated((), (Taint(key="soft", effect="PreferNoSchedule"),)) == ()
