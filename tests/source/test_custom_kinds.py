"""Which custom kinds are listed."""

from kubedx.kube import Kind, Pod
from kubedx.source.custom_kinds import MOST, worth_listing

BROKER = Kind("mq.example.com/v1", "Broker", "brokers")


def test_what_only_holds_data_and_what_has_a_type_is_left_out() -> None:
    endpoint = Kind("cilium.io/v2", "CiliumEndpoint", "ciliumendpoints")
    report = Kind("aquasecurity.github.io/v1alpha1", "VulnerabilityReport", "vulnerabilityreports")
    node = Kind("cilium.io/v2", "CiliumNode", "ciliumnodes", namespaced=False)
    assert worth_listing([endpoint, report, Pod.KIND, BROKER, node]) == (node, BROKER)


def test_the_number_of_lists_is_bounded() -> None:
    assert len(worth_listing(Kind(f"g{number}.example.com/v1", "Thing", "things") for number in range(MOST + 10))) == MOST
