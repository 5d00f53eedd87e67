import pytest

from kubedx.findings import Confidence, Evidence, EvidenceType, Incident, RootCause, Severity, Symptom
from kubedx.kube import Ref
from kubedx.redact import Redactor, SafeText, compose, fixed, join

POD = Ref("v1", "Pod", "shop", "cart-6d5f7c9b8d-x2x4z")
DEPLOYMENT = Ref("apps/v1", "Deployment", "shop", "cart")
NODE = Ref("v1", "Node", "", "ip-10-1-2-3.eu-west-1.compute.internal")
SECRET = Ref("v1", "Secret", "shop", "acme-db")


def incident(*values: str, name: str = "cart") -> Incident:
    evidence = tuple(Evidence(id=f"e{n}", type=EvidenceType.LOG, ref=POD, value=value) for n, value in enumerate(values, 1))
    return Incident(
        id="1",
        rank=1,
        severity=Severity.ERROR,
        confidence=Confidence.CERTAIN,
        title="t",
        root_cause=RootCause(
            code="c",
            subject=Ref("apps/v1", "Deployment", "shop", name),
            part="container billing",
            cause=SECRET,
            message="m",
            evidence=evidence,
            observed=POD,
        ),
        symptoms=(Symptom(id="s1", code="c", subject=NODE, message="m", evidence=()),),
    )


def anonymous(*values: str) -> Redactor:
    return Redactor.for_incident(incident(*values), anonymize=True)


CASES = [
    "pod shop/cart-6d5f7c9b8d-x2x4z on ip-10-1-2-3.eu-west-1.compute.internal failed",
    "replicaset cart-6d5f7c9b8d of deployment cart",
    "dial tcp: lookup cart.shop.svc.cluster.local on 10.96.0.10:53: no such host",
    "dial tcp 192.168.7.9:5432: connect: connection refused",
    "connect to [fd00:abcd::17]:8080 failed",
    "CART_SERVICE_HOST=10.1.1.1 ACME_DB=x",
    "mail to ops@acme.com about registry.acme.internal:5000/team/api:1.2",
    "GET http://payments:8080/v1/orders 503; http://payments.other.svc/x",
    "Cart and CART and cart, (cart) cart.",
    "arn:aws:iam::123456789012:role/app",
    'container "billing" of shop',
]
LEAKS = (
    "cart",
    "shop",
    "acme",
    "6d5f7c9b8d-x2x4z",
    "10-1-2-3",
    "10.96",
    "192.168",
    "fd00",
    "payments",
    "other",
    "123456789012",
    "billing",
    "10.1.1.1",
    "compute.internal",
)


@pytest.mark.parametrize("text", CASES)
def test_no_name_leaves_and_the_text_comes_back_whole(text: str) -> None:
    redactor = anonymous(text)
    masked = redactor.mask(text)
    assert not [leak for leak in LEAKS if leak in masked.lower()]
    assert redactor.unmask(masked) == text


def test_the_structure_is_kept() -> None:
    text = "pod shop/cart-6d5f7c9b8d-x2x4z: lookup cart.shop.svc.cluster.local on 10.96.0.10:53, 10.96.0.10 again; https://api.acme.com/v1"
    assert anonymous(text).mask(text) == (
        "pod namespace-1/pod-1: lookup deployment-1.namespace-1.svc.cluster.local on 10.0.0.1:53, 10.0.0.1 again; https://host-1.example/v1"
    )


def test_the_same_incident_has_the_same_stand_ins_everywhere() -> None:
    text = " ".join(CASES)
    assert anonymous(text).mask(text) == anonymous(text).mask(text)


def test_what_everybody_knows_stays() -> None:
    text = "kube-system default registry.k8s.io/pause docker.io/library/httpd 127.0.0.1 0.0.0.0 localhost ::1 12:34:56 node.kubernetes.io/not-ready v1.2.3"
    assert anonymous(text).mask(text) == text


def test_what_looks_like_a_stand_in_has_one_of_its_own() -> None:
    text = "cart calls deployment-1 and deployment-2"
    redactor = anonymous(text)
    masked = redactor.mask(text)
    assert masked == "deployment-1 calls deployment-2 and deployment-3"
    assert redactor.unmask(masked) == text


@pytest.mark.parametrize("name", ["a", "pod", "deployment", "deployment-1", "error", "x.y", "a+b", "masked", "10"])
def test_awkward_names_come_back(name: str) -> None:
    text = f"error: {name} a pod (x.y) of deployment-1 [{name}]"
    redactor = Redactor.for_incident(incident(text, name=name), anonymize=True)
    assert redactor.unmask(redactor.mask(text)) == text


def test_an_answer_may_change_case_and_punctuation() -> None:
    redactor = anonymous("cart in shop")
    assert redactor.mask("cart in shop") == "deployment-1 in namespace-1"
    assert redactor.unmask("Deployment-1, `namespace-1`; deployment-12") == "cart, `shop`; deployment-12"


def test_twelve_stand_ins_are_told_apart() -> None:
    text = " ".join(f"10.5.5.{n}" for n in range(1, 13)) + " " + " ".join(f"h{n}.acme.com" for n in range(1, 13))
    redactor = anonymous(text)
    assert redactor.unmask(redactor.mask(text)) == text


def test_secrets_go_first_and_for_good() -> None:
    redactor = anonymous("postgres://cart:hunter2x@acme-db.shop:5432")
    masked = redactor.mask("postgres://cart:hunter2x@acme-db.shop:5432")
    assert masked == "postgres://deployment-1:[masked]@secret-1.namespace-1:5432"
    assert redactor.unmask(masked) == "postgres://cart:[masked]@acme-db.shop:5432"


def test_without_anonymity_names_stay_and_secrets_still_go() -> None:
    redactor = Redactor.for_incident(incident(), anonymize=False)
    assert redactor.mask("cart password=hunter2x") == "cart password=[masked]"
    assert redactor.unmask("deployment-1") == "deployment-1"


def test_lone_surrogates_and_huge_texts_are_carried() -> None:
    assert Redactor().mask("a\ud800b") == "a?b"
    assert len(Redactor().mask("x " * 1_000_000)) <= 256 * 1024


def test_safe_text_is_made_here_alone() -> None:
    with pytest.raises(TypeError):
        SafeText("raw")
    assert type(Redactor().mask("a")[:1]) is str


def test_parts_are_put_in_place_once() -> None:
    part = Redactor().mask("{other} {b}")
    assert compose('{a} and {b} and {"json": 1}', a=part, b=fixed("B")) == '{other} {b} and B and {"json": 1}'
    assert join("\n", [part, fixed("x")]) == "{other} {b}\nx"
    assert isinstance(join(" ", []), SafeText)
    with pytest.raises(KeyError):
        compose("{missing}")
