"""Which asks of rules are answered: bounded, errors first, every workload before a second log of any."""

from kubedx.analyzers import AskLog, AskPresence, Judged, Judgement, Pair, worth_answering
from kubedx.findings import Confidence, Evidence, EvidenceType, Finding, Severity
from kubedx.inventory import Inventory
from kubedx.kube import LogKey, Ref
from kubedx.testing import reading_from_yaml


def pod_of(workload: str, number: int) -> str:
    owner = f"[{{apiVersion: apps/v1, kind: StatefulSet, name: {workload}, uid: {workload}, controller: true}}]"
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: {workload}-{number}, namespace: shop, ownerReferences: {owner}}}}}"


def ref(name: str) -> Ref:
    return Ref("v1", "Pod", "shop", name)


def asks_log(name: str, severity: Severity = Severity.ERROR) -> tuple[Pair, Judged]:
    evidence = (Evidence(type=EvidenceType.FIELD, ref=ref(name), value="x"),)
    finding = Finding(
        code="crash", filter="Pod", subject=ref(name), severity=severity, confidence=Confidence.CERTAIN, message="m", evidence=evidence
    )
    return Pair("crash", ref(name)), Judged((finding,), (AskLog(LogKey(ref(name), "api")),))


def inventory(*pods: tuple[str, int]) -> Inventory:
    return Inventory(reading_from_yaml("\n---\n".join(pod_of(*pod) for pod in pods)))


def names(asks: object) -> list[str]:
    return [ask.key.pod.name for ask in asks]  # type: ignore[attr-defined]  # only logs are asked for here


def test_every_workload_has_its_turn_before_a_second_of_any() -> None:
    cluster = inventory(*[("big", number) for number in range(9)], ("small", 0))
    judgement = Judgement(dict([asks_log(f"big-{number}") for number in range(9)] + [asks_log("small-0")]))

    asks = names(worth_answering(judgement, cluster, frozenset(), logs=True))

    assert asks[:2] == ["big-0", "small-0"]
    assert len(asks) == 5


def test_errors_come_first() -> None:
    cluster = inventory(("a", 0), ("z", 0))
    judgement = Judgement(dict([asks_log("a-0", Severity.INFO), asks_log("z-0")]))

    assert names(worth_answering(judgement, cluster, frozenset(), logs=True)) == ["z-0", "a-0"]


def test_nothing_is_asked_twice_and_no_log_when_none_is_wanted() -> None:
    cluster = inventory(("a", 0))
    pair, judged = asks_log("a-0")
    presence = AskPresence(Ref("v1", "Secret", "shop", "db"))
    judgement = Judgement({pair: Judged(judged.findings, (*judged.asks, presence))})

    assert list(worth_answering(judgement, cluster, frozenset(), logs=False)) == [presence]
    assert worth_answering(judgement, cluster, frozenset((presence, *judged.asks)), logs=True) == {}


def test_the_number_of_absences_to_confirm_is_bounded() -> None:
    cluster = inventory(("a", 0))
    asks = tuple(AskPresence(Ref("v1", "Secret", "shop", f"s{number:03}")) for number in range(80))
    judgement = Judgement({Pair("x", ref("a-0")): Judged((), asks)})

    assert len(worth_answering(judgement, cluster, frozenset(), logs=True)) == 50
