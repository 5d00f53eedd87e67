"""Names that are words of sentences, too: the sentences stay, and the names go."""

import importlib
import itertools
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

import kubedx.analyzers
from kubedx.findings import Diagnosis, Severity
from kubedx.kube import ContainerLog, Event, LogKey, Pod, ValidatingWebhookConfiguration, certificates_in_bundle, pattern_of
from kubedx.pipeline import Request, diagnose
from kubedx.redact import redact_recording
from kubedx.redact.lexicon import is_public_domain
from kubedx.redact.vocabulary import SENTENCES
from kubedx.source import MemorySource, RecordedSource, RecordingSource, parse_yaml
from kubedx.testing import object_from

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
# Rules on the files of other programs know these by the words of their grammar, which may be names all the same.
OTHER_GRAMMARS = ("corefile-", "prometheus-")
FIXTURES = {
    folder.name: sorted(folder.glob("fires*.yaml"))
    for folder in sorted((Path(__file__).parent.parent / "rules").iterdir())
    if folder.is_dir() and not folder.name.startswith(OTHER_GRAMMARS)
}
CODES = (
    "api-request-forbidden",
    "config-map-key-absent",
    "container-misconfigured",
    "default-limit-below-request",
    "image-pull-failed",
    "namespace-rejects-pods",
    "network-plugin-not-ready",
    "pod-affinity-unmet",
    "pod-anti-affinity-unmet",
    "pod-resources-insufficient",
    "pod-topology-spread-unmet",
    "quota-demands-resources",
    "quota-exceeded",
    "service-account-token-absent",
    "volume-mount-failed",
)
WORD = re.compile(r"[A-Za-z][a-z]+(?:-[a-z]+)*")


def named(kind: str, name: str, namespace: str = "shop", **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}, **fields}


def said(message: str, names: dict[str, str], *, in_log: bool = False) -> str:
    """What a redacted event (or log) says where things have these names, by kind; `{…}` stands for the stand-in of a name."""
    about = {"kind": "Pod", "name": "cart-0", "namespace": "shop"}
    documents = [named(kind, name) for name, kind in names.items()]
    documents += [named("Pod", "cart-0", spec={"containers": [{"name": "api", "image": "shop/cart:1"}]})]
    documents += [named("Event", "cart-0.1", involvedObject=about, type="Warning", reason="Failed", message="" if in_log else message)]
    recorder = RecordingSource(MemorySource([object_from(one) for one in documents], now=NOW))
    diagnose(recorder, Request())
    key = LogKey(Pod.KIND.ref("shop", "cart-0"), "api")
    recording = msgspec.structs.replace(recorder.recording(), logs={key: ContainerLog(key, (message,))} if in_log else {})
    redaction = redact_recording(recording)
    (event,) = (one for group in redaction.recording.reading.objects.values() for one in group if isinstance(one, Event))
    lines = [line for log in redaction.recording.logs.values() if isinstance(log, ContainerLog) for line in log.lines]
    text = "\n".join(lines) if in_log else event.message
    for name in names:
        text = text.replace(redaction.mask(name), "{" + name + "}")
    return text


@pytest.mark.parametrize(
    ("message", "names", "expected"),
    [
        (
            'pods "quota-5d8f-x2x4z" is forbidden: exceeded quota: small, requested: pods=1, used: pods=0, limited: pods=0',
            {"quota": "Service", "small": "ResourceQuota"},
            "is forbidden: exceeded quota: {small}, requested: pods=1, used: pods=0, limited: pods=0",
        ),
        (
            "failed quota: compute: must specify limits.cpu",
            {"compute": "ResourceQuota"},
            "failed quota: {compute}: must specify limits.cpu",
        ),
        (
            "Back-off restarting failed container service in pod service-0_shop(abc)",
            {"service": "Service", "service-0": "Pod"},
            "Back-off restarting failed container {service} in pod {service}-0_",
        ),
        ("no PriorityClass with name high was found", {"high": "Service"}, "no PriorityClass with name {high} was found"),
        ('service "service" not found in namespace default', {"service": "Service"}, 'service "{service}" not found in namespace default'),
        ("the node was low on resource: memory", {"node": "Service", "resource": "Service"}, "the node was low on resource: memory"),
        (
            "MountVolume.SetUp failed: /var/run/secrets/kubernetes.io/serviceaccount: not found",
            {"run": "Service", "var": "Service", "serviceaccount": "Service"},
            "/var/run/secrets/kubernetes.io/serviceaccount: not found",
        ),
        (
            "unmounted volumes=[data state], timed out",
            {"state": "ConfigMap", "data": "ConfigMap"},
            "unmounted volumes=[{data} {state}], timed out",
        ),
        (
            'User "system:serviceaccount:shop:service" cannot list resource "pods"',
            {"system": "Service", "serviceaccount": "Service", "service": "Service"},
            '"system:serviceaccount:',
        ),
    ],
)
def test_names_are_masked_where_sentences_have_them_and_words_stay(message: str, names: dict[str, str], expected: str) -> None:
    assert expected in said(message, names)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dial tcp: lookup cache on 10.96.0.10:53: no such host", "lookup {cache} on"),
        ("java.net.UnknownHostException: cache", "java.net.UnknownHostException: {cache}"),
        ("connect ECONNREFUSED cache:6379", "connect ECONNREFUSED {cache}:6379"),
        ("warming the cache failed", "warming the cache failed"),
        ('{"cache": "cold", "level": "error", "msg": "no cache"}', '{"cache": "cold", "level": "error", "msg": "no cache"}'),
        ("open /etc/cache/app.yaml: no such file or directory", "open /etc/{cache}/"),
    ],
)
def test_in_logs_too(line: str, expected: str) -> None:
    assert expected in said(line, {"cache": "Service"}, in_log=True)


def literals(parsed: Any) -> Iterator[str]:
    """The runs of letters that a pattern demands."""
    run = ""
    for operation, argument in parsed:
        if str(operation) == "LITERAL":
            run += chr(argument)
            continue
        yield run
        run = ""
        if str(operation) == "SUBPATTERN":
            yield from literals(argument[3])
        elif str(operation) == "BRANCH":
            yield from itertools.chain.from_iterable(map(literals, argument[1]))
        elif str(operation) in {"MAX_REPEAT", "MIN_REPEAT"}:
            yield from literals(argument[2])
    yield run


def patterns(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, (re.Pattern, type(pattern_of("")))):
        yield value
    elif isinstance(value, (tuple, list, frozenset, set)):
        yield from itertools.chain.from_iterable(map(patterns, value))
    elif isinstance(value, dict):
        yield from patterns(list(value.values()))


def test_the_vocabulary_knows_the_words_by_which_rules_know_sentences() -> None:
    rules = [importlib.import_module(module.name) for module in pkgutil.walk_packages(kubedx.analyzers.__path__, "kubedx.analyzers.")]
    found = {pattern for rule in rules for value in vars(rule).values() for pattern in patterns(value)}
    texts = [text for pattern in found for text in literals(re._parser.parse(pattern.pattern, pattern.flags))]  # type: ignore[attr-defined]  # private, and the only parser of patterns
    words = {word.lower() for text in texts for word in WORD.findall(text) if len(word) > 2}
    # Stems and endings count as known in the words that have them.
    assert len(words) > 100
    unknown = sorted(word for word in words if not any(word in known for known in SENTENCES))
    assert unknown == [], "add them to SENTENCES of redact/vocabulary.py, so that a name like that does not hide the sentence from its rule"


def test_rules_know_no_api_group_that_is_masked() -> None:
    sources = [path.read_text() for path in Path(kubedx.analyzers.__file__).parent.rglob("*.py")]
    groups = {found for text in sources for found in re.findall(r'"([a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:io|sh|dev|com))"', text)}
    assert len(groups) > 10
    assert sorted(group for group in groups if not is_public_domain(group)) == [], "add them to PUBLIC_DOMAINS of redact/vocabulary.py"


def read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The header of a rule's mini-cluster (see tests/rules), and its objects."""
    documents = [dict(one) for one in parse_yaml(path.read_text()) if one]
    return (documents[0], documents[1:]) if not documents[0].get("kind") else ({}, documents)


def strings(value: Any) -> Iterator[str]:
    """The sentences in an object."""
    if isinstance(value, str) and " " in value:
        yield value
    elif isinstance(value, dict):
        yield from itertools.chain.from_iterable(map(strings, value.values()))
    elif isinstance(value, list):
        yield from itertools.chain.from_iterable(map(strings, value))


def told(diagnosis: Diagnosis, mask: Callable[[str], str]) -> list[tuple[str, ...]]:
    """What is wrong, by rank: the code, the object, what must be changed, and how many symptoms there are."""
    return [
        (
            incident.root_cause.code,
            incident.severity,
            incident.confidence,
            mask(incident.root_cause.subject.name),
            mask(incident.root_cause.cause.name) if incident.root_cause.cause else "",
            str(len(incident.symptoms)),
        )
        for incident in diagnosis.incidents
    ]


def assert_the_same_is_told(path: Path) -> None:
    """Though every word of every sentence of a mini-cluster is the name of something."""
    header, documents = read(path)
    logs = {key.replace("/previous", ".previous"): text for key, text in (header.get("logs") or {}).items()}
    words = {word.lower() for text in (*strings(documents), *logs.values()) for word in WORD.findall(text)}
    named_so = [named("ResourceQuota", word, "aside") for word in sorted(words) if len(word) > 1]
    source = MemorySource(
        [object_from(one) for one in (*documents, *named_so)],
        logs=logs,
        now=datetime.fromisoformat(header["now"]) if header.get("now") else NOW,
        confirmed=not header.get("stale"),
    )
    recorder = RecordingSource(source)
    request = Request(level=Severity.INFO)
    before = diagnose(recorder, request)
    redaction = redact_recording(recorder.recording())
    assert told(diagnose(RecordedSource(redaction.recording), request), str) == told(before, redaction.mask)


@pytest.mark.parametrize("code", CODES)
def test_the_same_is_told_though_every_word_is_a_name(code: str) -> None:
    assert_the_same_is_told(FIXTURES[code][0])


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(FIXTURES))
def test_the_same_is_told_of_every_rule_though_every_word_is_a_name(code: str) -> None:
    for path in FIXTURES[code]:
        assert_the_same_is_told(path)


class TestBundles:
    """The CA bundles of webhooks say what they said, under other names."""

    @staticmethod
    def bundle(path: str) -> str:
        _header, documents = read(Path(__file__).parent.parent / "rules" / path)
        return next(str(hook["clientConfig"]["caBundle"]) for one in documents for hook in one.get("webhooks") or [])

    def redacted(self, bundle: str) -> str:
        hook = {"name": "carts.shop.example.com", "clientConfig": {"caBundle": bundle}}
        guard = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": "guard"}}
        source = MemorySource([object_from({**guard, "webhooks": [hook]})], now=NOW)
        recorder = RecordingSource(source)
        diagnose(recorder, Request())
        objects = redact_recording(recorder.recording()).recording.reading.objects
        (found,) = (one for group in objects.values() for one in group if isinstance(one, ValidatingWebhookConfiguration))
        return found.webhooks[0].client_config.ca_bundle

    def test_times_and_ids_stay_and_names_go(self) -> None:
        before = self.bundle("ca-bundle-invalid/fires-ignore.yaml")
        (old,), (new,) = certificates_in_bundle(before) or (), certificates_in_bundle(self.redacted(before)) or ()
        assert (new.not_before, new.not_after) == (old.not_before, old.not_after)
        assert (new.subject == new.issuer) == (old.subject == old.issuer)
        assert not {old.common_name, old.public_key, old.key_id} & {new.common_name, new.public_key, new.key_id}
        assert self.redacted(before) == self.redacted(before)

    def test_what_is_none_stays_none(self) -> None:
        assert certificates_in_bundle(self.redacted("Y2hhbmdlbWU=")) is None
        assert self.redacted("") == ""
