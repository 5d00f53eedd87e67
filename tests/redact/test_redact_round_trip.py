"""Masked and put back: the same text, whatever is called how."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubedx.redact.excerpts import strings_of
from kubedx.redact.incident_names import looks_like_name
from kubedx.redact.stand_in_names import Names

WORDS = st.sampled_from(
    [
        *("a", "pod", "web", "default", "cart", "cart-api", "pod-1", "pod-2", "host-1.example", "host-2", "10.0.0.1", "10.0.0.2", "name-1"),
        *(
            "2001:db8::1",
            "::ffff:10.0.0.3",
            "user-1@mail.example",
            "x@acme.com",
            "db.acme.com",
            "web.shop.svc",
            "00000000-0000-4000-8000-000000000001",
        ),
        *(
            "example",
            "1",
            "host",
            "error",
            "masked",
            "[masked]",
            "02:00:00:00:00:01",
            "arn:aws:iam::123456789012:role/pod-1",
            "s3://pod-1/x",
        ),
        *(
            "http://pod-1:80/x",
            "user=pod-1",
            "deployment-1",
            "node-1",
            "Pod-1",
            "POD-1",
            "ip-10-0-0-1",
            "é",
            "中文",
            "pod-1.5",
            "v10.0.0.1",
        ),
    ]
)
GLUE = st.sampled_from([" ", "/", ":", ".", "-", "_", "@", "=", '"', ",", "", "://", "\n", "(", ")", "1", "x", "::"])
TEXTS = st.lists(st.tuples(WORDS, GLUE), max_size=14).map(lambda pairs: "".join(word + glue for word, glue in pairs))
KINDS = st.sampled_from(["Pod", "Deployment", "namespace", "Node", "name", "container", "x y"])


@settings(max_examples=400, deadline=None)
@example(known={}, texts=["2001:db8::1::a ::ffff:10.0.0.3 "])
@given(
    known=st.dictionaries(WORDS | st.text("abc-.1", min_size=1, max_size=6), KINDS, max_size=6),
    texts=st.lists(TEXTS | st.text(max_size=40), max_size=4),
)
def test_putting_the_names_back_gives_the_text_that_was_masked(known: dict[str, str], texts: list[str]) -> None:
    names = Names(known)
    masked = [names.mask(text) for text in texts]
    assert [names.unmask(text) for text in masked] == texts


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_the_same_names_have_the_same_stand_ins_on_every_machine(text: str) -> None:
    known = {"cart": "Deployment", "shop": "namespace"}
    assert Names(known).mask(text) == Names(dict(reversed(known.items()))).mask(text)


@pytest.mark.parametrize(
    ("name", "kind", "text", "masked"),
    [
        ("web", "Deployment", "the webhook of web serves a web page", "the webhook of deployment-1 serves a deployment-1 page"),
        ("a", "Pod", "Pod shop/a: a probe failed", "Pod namespace-1/pod-1: a probe failed"),
        ("pod", "Pod", "the pod is not ready", "the pod is not ready"),
        ("pod", "Pod", 'pod "pod" of shop is not ready', 'pod "pod-1" of namespace-1 is not ready'),
        ("error", "Service", "error: service shop/error has no pods", "error: service namespace-1/service-1 has no pods"),
        (
            "read",
            "Deployment",
            "kubectl -n shop rollout restart deployment/read",
            "kubectl -n namespace-1 rollout restart deployment/deployment-1",
        ),
    ],
)
def test_words_that_are_names_too_stay_words_in_sentences(name: str, kind: str, text: str, masked: str) -> None:
    names = Names({"shop": "namespace", name: kind})
    assert names.mask(text) == masked
    assert names.unmask(masked) == text


@pytest.mark.parametrize(
    "text",
    ["default", "kube-system", "CrashLoopBackOff", "10m", "1.2.3", "v1beta1", "error", "tls.crt", "128Mi", "a", "100", "5s", "DB_URL"],
)
def test_what_everybody_writes_is_no_name(text: str) -> None:
    assert not looks_like_name(text)


@pytest.mark.parametrize("text", ["cart", "payments-db", "acme.checkout", "x2x4z-7", "shop_rw", "team1"])
def test_what_somebody_chose_is_a_name(text: str) -> None:
    assert looks_like_name(text)


def test_strings_of_a_spec_are_told_with_their_keys_though_it_is_cut() -> None:
    text = '{"volumes":[{"name":"data","secret":{"secretName":"db"}}],"labels":{"app":"cart"},"args":["--to","x y"],"host":"acme.co'
    assert list(strings_of(text)) == [
        (("volumes", "name"), "data"),
        (("volumes", "secret", "secretName"), "db"),
        (("labels", "app"), "cart"),
        (("args",), "--to"),
        (("args",), "x y"),
        (("host",), "acme.co"),
    ]
    assert list(strings_of("env:\n- name: DSN\n  value: x\nnodeName: n1\n")) == [
        (("env", "name"), "DSN"),
        (("env", "value"), "x"),
        (("nodeName",), "n1"),
    ]


@pytest.mark.parametrize("text", ["{" * 5000, '{"a":' * 5000, '["' * 5000, '"' * 9999, "a: b\n" * 5000, ":" * 9999, "- - - -\n" * 999])
def test_hostile_specs_are_read_in_bounded_time(text: str) -> None:
    assert len(list(strings_of(text))) <= 10_000
