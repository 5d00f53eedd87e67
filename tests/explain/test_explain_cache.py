"""Answers that are kept: whose key is the same, how long they hold, and what a store may do wrong."""

import base64
import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import pytest

from explain.incidents import Cluster, incident
from kubedx.config import CacheSettings, Config
from kubedx.errors import CacheError
from kubedx.explain import Explainer, ExplainSettings, build_prompt, cache_path, choose_store
from kubedx.explain.cache import AnswerCache, FileStore, InterplexStore, Names, ObjectStore, Store, answer_key, normal_form
from kubedx.explain.cache.interplex import decode_strings, encode_strings
from kubedx.findings import Evidence, EvidenceType, Incident
from kubedx.kube import Ref
from kubedx.redact import Redactor
from kubedx.testing.fake_provider import FakeProvider

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GOOD = '{"summary": "The secret is missing.", "commands": ["kubectl -n shop describe pod cart-6d5f7c9b8d-x2x4z"], "citations": ["e1"]}'


def key(text: str, *known: str, **changes: str) -> str:
    base = {"backend": "openai", "model": "m", "language": "english", "system": "rules"}
    return answer_key(**{**base, **changes}, user=text, names=Names(text, known))


@pytest.mark.parametrize("part", ["backend", "model", "language", "system"])
def test_the_key_knows_what_shapes_an_answer(part: str) -> None:
    assert re.fullmatch("[0-9a-f]{64}", key("x"))
    assert key("x") != key("x", **{part: "other"})


@pytest.mark.parametrize(
    ("today", "tomorrow"),
    [
        ("Pod shop/cart-6d5f7c9b8d-x2x4z failed", "Pod shop/cart-74b9f6fd5c-9tq8w failed"),
        ("Job shop/report-29384756-zx8kp", "Job shop/report-29386196-qwrtb"),
        ("since 2026-01-02T03:04:05Z", "since 2026-05-06T07:08:09.123456+02:00"),
        ("I0102 03:04:05.123456       1 main.go:7] no dsn", "I0506 17:08:19.654321       1 main.go:7] no dsn"),
        ("[02/Jan 03:04:05] GET /", "[02/Jan 17:55:01] GET /"),
        ("2026/01/02 03:04:05 dial", "2026/05/06 07:08:09 dial"),
        ("Fri, 02 Jan 2026 03:04:05 GMT", "Wed, 06 May 2026 07:08:09 GMT"),
        ("Jan  2 03:04:05 host", "May  6 07:08:09 host"),
        ("back-off 2m40s restarting", "back-off 5m0s restarting"),
        ("timed out after 12 seconds", "timed out after 3 minutes"),
        ("restarted 7 times", "restarted 112 times"),
        ("exit code 1, 5 restarts", "exit code 1, 6 restarts"),
        (
            "[e1] field status.containerStatuses[api].restartCount of Pod a: 7",
            "[e1] field status.containerStatuses[api].restartCount of Pod a: 9",
        ),
        ("0/3 nodes are available: 3 Insufficient memory", "0/5 nodes are available: 3 Insufficient memory"),
        ("uid 6f1c0b52-8a74-4e39-9c3e-0d1f2a3b4c5d", "uid 0a1b2c3d-1111-4222-8333-444455556666"),
        ("request 9f86d081884c7d65 failed", "request 60303ae22b998861 failed"),
        ("dial tcp 10.1.2.3:5432: refused", "dial tcp 10.9.8.7:5432: refused"),
        ("ts=1767323045 msg", "ts=1778051289 msg"),
        ("<data 1a2b3c4d>\nx", "<data 9e8f7a6b>\nx"),
        ("[e1] pod-1 fails\n[e2] pod-2 fails", "[e1] pod-3 fails"),
        ("pid=17 died", "pid=99 died"),
    ],
)
def test_the_same_fault_has_the_same_key_tomorrow(today: str, tomorrow: str) -> None:
    assert key(today) == key(tomorrow)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("exit code 137", "exit code 1"),
        ("memory limit 64Mi", "memory limit 128Mi"),
        ("port 8080", "port 8081"),
        ("image shop/cart:1.2", "image shop/cart:1.3"),
        ("Deployment shop/cart", "Deployment shop/basket"),
        ("Pod shop/cart-6d5f7c9b8d-x2x4z", "Pod shop/basket-6d5f7c9b8d-x2x4z"),
        ("pod orders-0", "pod orders-1"),
        ("deployment-1", "deployment-2"),
    ],
)
def test_another_fault_has_another_key(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_a_name_with_five_random_letters_is_known_by_its_object_alone() -> None:
    assert key("Pod shop/agent-x2x4z", "agent-x2x4z") == key("Pod shop/agent-9tq8w", "agent-9tq8w")
    assert key("service shop/web-https") != key("service shop/web-grpcs")


def test_a_kept_answer_speaks_of_todays_pods() -> None:
    today, tomorrow = Names("Pod cart-6d5f7c9b8d-x2x4z at 10.1.2.3"), Names("Pod cart-74b9f6fd5c-9tq8w at 10.9.8.7")
    held = today.hold("kubectl logs cart-6d5f7c9b8d-x2x4z; ping 10.1.2.3")
    assert "x2x4z" not in held
    assert tomorrow.tell(held) == "kubectl logs cart-74b9f6fd5c-9tq8w; ping 10.9.8.7"


def test_a_kept_answer_about_what_is_not_there_today_is_no_hit() -> None:
    held = Names("cart-6d5f7c9b8d-x2x4z and cart-6d5f7c9b8d-abcde cart-6d5f7c9b8d-zzzzz").hold("see cart-6d5f7c9b8d-zzzzz")
    assert Names("cart-74b9f6fd5c-9tq8w").tell(held) is None
    assert Names("pod-1 fails").tell("look at pod-7") is None
    assert Names("pod-1 fails").tell("look at pod-1") == "look at pod-1"


def test_marks_in_an_answer_are_no_marks_of_ours() -> None:
    names = Names("cart-6d5f7c9b8d-x2x4z")
    assert names.tell(names.hold("see ‹0› and ‹9›")) == "see <0> and <9>"


def test_normal_form_is_linear_in_hostile_text() -> None:
    hostile = "a-" * 50_000 + "1" * 50_000 + "1:" * 20_000 + "0" * 10_000
    assert normal_form(hostile, Names(hostile))


def _tomorrow(one: Incident) -> Incident:
    """The same fault after a rollout and a day: other pods, other times, other counts."""
    body = msgspec.json.encode(one).decode()
    for old, new in (("6d5f7c9b8d-x2x4z", "74b9f6fd5c-9tq8w"), ("2026-01-02", "2026-03-04"), ('"count":7', '"count":90')):
        body = body.replace(old, new)
    return msgspec.json.decode(body, type=Incident)


@pytest.mark.parametrize("anonymize", [True, False])
def test_the_same_fault_tomorrow_makes_no_call(tmp_path: Path, *, anonymize: bool) -> None:
    fake = FakeProvider([GOOD])
    wanted = ExplainSettings(store=FileStore(tmp_path), anonymize=anonymize)
    logs = ("2026-01-02T03:04:05Z cart-6d5f7c9b8d-x2x4z: no dsn, took 12ms",)
    Explainer(wanted, Config(), fake).explain([incident(*logs)], Cluster())
    later = _tomorrow(incident(*logs))
    told = Explainer(wanted, Config(), fake).explain([later], Cluster(existing=[later.root_cause.observed, later.root_cause.subject]))
    assert len(fake.prompts) == 1
    assert told.tally
    assert str(told.tally) == "1 incident, 1 cached, 0 calls, 0 tokens"
    usage = told.incidents[0].explanations[0].usage
    assert usage
    assert usage.cached
    if not anonymize:
        assert told.incidents[0].explanations[0].commands == ("kubectl -n shop describe pod cart-74b9f6fd5c-9tq8w",)


@pytest.mark.parametrize(
    "answer",
    [
        '{"summary": "The secret is missing.", "steps": ["Create it."], "citations": ["e1"',
        '{"summary": "All is well.", "citations": ["e99"]}',
    ],
    ids=["cut", "without a leg to stand on"],
)
def test_what_is_cut_or_does_not_hold_is_asked_for_again_tomorrow(tmp_path: Path, answer: str) -> None:
    fake = FakeProvider([answer])
    for _ in range(2):
        Explainer(ExplainSettings(store=FileStore(tmp_path)), Config(), fake).explain([incident()], Cluster())
    assert len(fake.prompts) == 2


def test_an_incident_with_two_hundred_pods_makes_one_call_and_tomorrow_none(tmp_path: Path) -> None:
    def crowd(template: str, count: int) -> Incident:
        alphabet = "bcdfghjklmnpqrstvwxz2456789"
        names = [f"cart-{template}-{''.join(alphabet[(index * 7 + place * index) % 27] for place in range(5))}" for index in range(count)]
        evidence = tuple(
            Evidence(
                id=f"e{number}", type=EvidenceType.EVENT, ref=Ref("v1", "Pod", "shop", name), reason="Failed", value='secret "db" not found'
            )
            for number, name in enumerate(names, 1)
        )
        one = incident()
        root = msgspec.structs.replace(one.root_cause, evidence=evidence, observed=evidence[0].ref, message=f"{count} pods read secret db")
        return msgspec.structs.replace(one, root_cause=root, affected=tuple(piece.ref for piece in evidence))

    fake = FakeProvider(['{"summary": "The secret is missing.", "citations": ["e1"]}'])
    wanted = ExplainSettings(store=FileStore(tmp_path), anonymize=True)
    Explainer(wanted, Config(), fake).explain([crowd("6d5f7c9b8d", 200)], Cluster())
    assert len(fake.prompts) == 1
    Explainer(wanted, Config(), fake).explain([crowd("74b9f6fd5c", 180)], Cluster())
    assert len(fake.prompts) == 1


def test_incidents_whose_masked_prompt_is_the_same_share_one_call() -> None:
    fake = FakeProvider(['{"summary": "deployment-1 lacks a secret", "citations": ["e1"]}'])
    other = msgspec.json.decode(msgspec.json.encode(incident()).decode().replace("cart", "basket"), type=Incident)
    told = Explainer(ExplainSettings(anonymize=True), Config(), fake).explain([incident(), other], Cluster(complete=()))
    assert len(fake.prompts) == 1
    assert [one.explanations[0].summary for one in told.incidents] == ["cart lacks a secret", "basket lacks a secret"]
    assert told.tally
    assert "1 with the same answer, 1 call" in str(told.tally)


class Broken:
    """A store that is away."""

    place = "nowhere"

    def __init__(self) -> None:
        self.asked = 0

    def load(self, _name: str) -> bytes | None:
        self.asked += 1
        raise CacheError("the cache nowhere cannot be read: connection refused")

    save: Any = load
    prepare: Any = load
    entries: Any = load
    delete: Any = load

    def close(self) -> None:
        """Nothing is held."""


def test_a_broken_cache_is_one_warning_and_no_end() -> None:
    store = Broken()
    fake = FakeProvider(['{"summary": "x", "citations": ["e1"]}'])
    told = Explainer(ExplainSettings(store=store), Config(), fake).explain([incident(rank=rank) for rank in range(1, 30)], Cluster())
    assert all(len(one.explanations) == 2 for one in told.incidents)
    assert told.warnings == ("the cache nowhere cannot be read: connection refused; going on without it",)
    assert store.asked < 29


def test_an_answer_holds_for_its_time(tmp_path: Path) -> None:
    AnswerCache(FileStore(tmp_path), now=NOW).store("0" * 64, "回答", "openai/m")
    for days, held in ((6, "回答"), (7, None)):
        assert AnswerCache(FileStore(tmp_path), now=NOW + timedelta(days=days), ttl=timedelta(days=7)).load("0" * 64) == held


def test_files_are_written_whole_and_for_their_owner(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "a" / "b")
    assert store.load("k") is None
    assert store.entries() == []
    store.save("k", b"body")
    file = tmp_path / "a" / "b" / "k"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["k"]
    assert [entry.name for entry in store.entries()] == ["k"]
    assert store.delete("k")
    assert not store.delete("k")


@pytest.mark.parametrize("name", ["../k8sgpt.yaml", "/etc/passwd", "a/b", "..", ".hidden", "", "a\0b", "a\\b", "x" * 300])
def test_a_path_is_no_name(tmp_path: Path, name: str) -> None:
    (tmp_path / "k8sgpt.yaml").write_text("kept")
    store = FileStore(tmp_path / "k8sgpt")
    store.prepare()
    for deed in (store.delete, store.load, lambda name: store.save(name, b"x")):
        with pytest.raises(CacheError, match="is no name of an entry"):
            deed(name)
    assert (tmp_path / "k8sgpt.yaml").read_text() == "kept"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no base64!",
        b"\xff\xfe",
        base64.b64encode(b"\xff\xfe"),
        base64.b64encode(b"k8sgpt's own"),
        base64.b64encode(b'{"answer":7}'),
        b"A" * 1048580,
    ],
)
def test_a_damaged_entry_is_no_answer(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "k").write_bytes(body)
    cache = AnswerCache(FileStore(tmp_path), now=NOW)
    assert cache.load("k") is None
    assert cache.trouble == ""


def test_the_cache_is_in_k8sgpts_place(tmp_path: Path) -> None:
    assert cache_path({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "k8sgpt"
    assert cache_path({}).name == "k8sgpt"
    assert cache_path({"XDG_CACHE_HOME": "relative"}).is_absolute()


def test_the_config_file_chooses_the_store() -> None:
    chosen = {
        "": FileStore,
        "file": FileStore,
        "s3": ObjectStore,
        "azure": ObjectStore,
        "gcs": ObjectStore,
        "interplex": InterplexStore,
    }
    for kind, store in chosen.items():
        settings = CacheSettings(
            current_cache_type=kind, bucketname="b", projectid="p", storageaccount="a", container="c", connection_string="localhost:1"
        )
        assert isinstance(choose_store(settings, {}), store)
    for kind in ("s3", "azure", "gcs", "interplex"):
        with pytest.raises(CacheError, match=f"the cache {kind} has no "):
            choose_store(CacheSettings(current_cache_type=kind), {})
    with pytest.raises(CacheError, match='names the cache "redis", which does not exist'):
        choose_store(CacheSettings(current_cache_type="redis"), {})


def test_a_message_of_strings_is_protobuf() -> None:
    assert encode_strings({1: "key", 2: "é"}) == b"\x0a\x03key\x12\x02\xc3\xa9"
    assert decode_strings(b"\x0a\x03key\x12\x02\xc3\xa9") == {1: "key", 2: "é"}
    assert decode_strings(encode_strings({1: "x" * 300})) == {1: "x" * 300}
    assert decode_strings(b"\x18\x96\x01\x0a\x01a\x25\x00\x00\x00\x00\x29" + b"\0" * 8) == {1: "a"}


@pytest.mark.parametrize("message", [b"\x0a\x05a", b"\x0a", b"\xff" * 12, b"\x0b"])
def test_what_is_no_message_is_refused(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"field|number|wire"):
        decode_strings(message)


class Grpc:
    """A cache server on loopback, with a real gRPC stack; it speaks bytes, so that the client's own encoding is what is tested."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def __enter__(self) -> Self:
        grpc = pytest.importorskip("grpc", reason="no gRPC: pip install 'kubedx[interplex]'")
        from concurrent.futures import ThreadPoolExecutor

        def get(request: bytes, context: Any) -> bytes:
            value = self.kept.get(decode_strings(request)[1])
            if value is None:
                context.abort(grpc.StatusCode.NOT_FOUND, "no such key")
            return encode_strings({1: value or ""})

        def put(request: bytes, _context: Any) -> bytes:
            fields = decode_strings(request)
            self.kept[fields[1]] = fields[2]
            return b""

        def delete(request: bytes, _context: Any) -> bytes:
            self.kept.pop(decode_strings(request)[1], None)
            return b""

        methods = {"Get": get, "Set": put, "Delete": delete}
        handlers = {name: grpc.unary_unary_rpc_method_handler(method) for name, method in methods.items()}
        self._server = grpc.server(ThreadPoolExecutor(2))
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("schema.v1.CacheService", handlers),))
        self.target = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.stop(None).wait()


def check_store(store: Store, *, lists: bool = True) -> None:
    """What every store does."""
    store.prepare()
    assert store.load("absent") is None
    store.save("k1", b"one")
    store.save("k1", b"two")
    assert store.load("k1") == b"two"
    if lists:
        store.save("k2", b"x")
        assert [entry.name for entry in store.entries()] == ["k1", "k2"]
        assert all(entry.updated_at for entry in store.entries())
    with pytest.raises(CacheError, match="is no name of an entry"):
        store.save("../k1", b"x")
    assert store.delete("k1")
    assert not store.delete("k1")
    assert store.load("k1") is None
    cache = AnswerCache(store, now=NOW)
    cache.store("0" * 64, "answer ✓", "openai/m")
    assert cache.load("0" * 64) == "answer ✓"
    assert cache.trouble == ""
    for name in ("0" * 64, "k2"):
        store.delete(name)
    store.close()


def test_files_are_a_store(tmp_path: Path) -> None:
    check_store(FileStore(tmp_path / "k8sgpt"))


def test_interplex_is_a_store() -> None:
    with Grpc() as server:
        check_store(InterplexStore(server.target), lists=False)
        with pytest.raises(CacheError, match="cannot list what it keeps"):
            InterplexStore(server.target).entries()


def test_an_interplex_that_is_away_is_one_sentence() -> None:
    pytest.importorskip("grpc", reason="no gRPC: pip install 'kubedx[interplex]'")
    with pytest.raises(CacheError, match=r"the cache interplex 127\.0\.0\.1:9 cannot be read: "):
        InterplexStore("127.0.0.1:9").load("k")


def test_the_prompt_of_a_rollout_differs_and_its_key_does_not() -> None:
    one, later = incident(), _tomorrow(incident())
    prompts = [build_prompt(each, Redactor(), language="english").user for each in (one, later)]
    assert prompts[0] != prompts[1]
    assert key(prompts[0]) == key(prompts[1])
