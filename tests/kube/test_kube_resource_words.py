"""People call kinds by many words."""

import pytest

from kubedx.kube import TYPES, Kind, kind_by_word, words_of

OTHER_SERVICE = Kind("serving.example.dev/v1", "Service", "services")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("deploy", "Deployment"),
        ("Deployment", "Deployment"),
        ("DEPLOYMENTS", "Deployment"),
        ("deployments.apps", "Deployment"),
        ("po", "Pod"),
        ("svc", "Service"),
        ("sts", "StatefulSet"),
        ("ingresses.networking.k8s.io", "Ingress"),
        ("no", "Node"),
        ("pvc", "PersistentVolumeClaim"),
    ],
)
def test_as_kubectl_takes_them(word: str, kind: str) -> None:
    """Short names, singular, plural, with the group and in any case."""
    found = kind_by_word(word)
    assert found is not None
    assert found.kind == kind


def test_a_custom_kind_is_found_by_its_own_words_and_never_hides_a_kubernetes_kind() -> None:
    """Knative has a Service too."""
    assert kind_by_word("services.serving.example.dev", [OTHER_SERVICE]) == OTHER_SERVICE
    found = kind_by_word("service", [OTHER_SERVICE])
    assert found is not None
    assert found.api_version == "v1"


def test_no_kind_of_that_word() -> None:
    """And the empty word is none."""
    assert kind_by_word("depoly") is None
    assert kind_by_word("") is None


def test_every_short_name_is_of_a_kind_that_we_read() -> None:
    """A short name whose plural was mistyped would never be found."""
    shorts = [word for kind_type in TYPES for word in words_of(kind_type.KIND)]
    assert {"cj", "crd", "gc", "hpa", "limits", "netpol", "pc", "pdb", "quota", "rc", "sc"} <= set(shorts)
