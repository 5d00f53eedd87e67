"""Corefiles: which zones they serve, and what keeps CoreDNS from reading them."""

import pytest

from kubedx.analyzers.reachability import corefile_fault
from kubedx.kube import ConfigMap
from kubedx.testing import build


def fault(text: str | None) -> str:
    found = corefile_fault(build(ConfigMap, "kube-system/coredns", data={"Corefile": text} if text is not None else {}))
    return found.words if found is not None else ""


SERVED = {
    "as kubeadm writes it": ".:53 {\n errors\n kubernetes cluster.local in-addr.arpa ip6.arpa {\n  pods insecure\n }\n forward . /etc/resolv.conf\n}",
    "another domain": ".:53 {\n kubernetes k8s.shop.example in-addr.arpa\n}",
    "the zone of its server": "cluster.local:53 {\n kubernetes\n}\n.:53 {\n forward . 10.0.0.1\n}",
    "a final dot": ".:53 {\n kubernetes cluster.local.\n}",
    "a comment with a brace": ".:53 { # {\n kubernetes cluster.local\n}",
    "import": "import custom/*.server\n.:53 {\n forward . 10.0.0.1\n}",
}


@pytest.mark.parametrize("name", SERVED)
def test_what_serves_the_cluster_has_no_fault(name: str) -> None:
    assert fault(SERVED[name]) == ""


def test_a_config_map_without_a_corefile_has_no_fault() -> None:
    assert fault(None) == ""


NOT_SERVED = {
    ".:53 {\n forward . 10.0.0.1\n}": "no plugin kubernetes",
    ".:53 {\n kubernetes clutser.local\n}": 'serves zone "clutser.local" instead',
    ".:53 {\n kubernetes cluster.local {\n}": "line 1 of the Corefile",
    ".:53 {\n kubernetes cluster.local\n}\n}": 'line 4 of the Corefile: a "}" closes nothing',
    ".:53 {\n kubernetes in-addr.arpa\n}": "no plugin kubernetes",
}


@pytest.mark.parametrize("text", NOT_SERVED)
def test_what_does_not_serve_it_is_told(text: str) -> None:
    assert NOT_SERVED[text] in fault(text)


@pytest.mark.parametrize("text", ["", "{", "}", "}{", "\x00", "{" * 500, "a {\n" * 500, ". {\nkubernetes\n}" * 3])
def test_any_text_is_read(text: str) -> None:
    fault(text)
