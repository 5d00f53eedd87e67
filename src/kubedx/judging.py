"""Judging a cluster to the end: rules ask, the source answers, the askers judge again; then logs that nobody asked for are looked at.

What the source could not answer is a gap of the report, not of the inventory's lists.
"""

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from kubedx.analyzers import (
    LOG,
    Ask,
    AskCertificate,
    AskLog,
    AskPresence,
    AskValues,
    Judgement,
    LogPolicy,
    Pair,
    Rule,
    Sample,
    judge,
    judge_again,
    logs_to_sample,
    worth_answering,
)
from kubedx.inventory import Changes, Inventory
from kubedx.kube import ConfigMap, ContainerLog, Gap, GapReason, KubeObject, LogKey, Origin, Ref, kind_of
from kubedx.source import LogLimit, Source

ROUNDS = 3
"""A crash's log names a callee, whose log names another: no further."""

READERS = 4
MOST_SILENT = 12
"""Logs in a row whose kubelet does not answer: then no further one is waited for."""
LOG_SECONDS = 30.0
"""How long the logs of an answer may take, in all; half of the time that is left, where that is less: a report comes whatever they do."""
TOO_SLOW = "not read: the logs before it took all the time that there is for logs"
AT_ONCE = 64
"""Logs that are read before it is seen whether it is worth going on."""
MOST_BYTES = 128 * 1024 * 1024
"""Characters of logs that nobody asked for, which are held at most."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What may be read beside the lists. `namespaces` are those that the user named; `deadline` is of `clock`.

    `lap` is told when a rule has judged (`analyzers.runner`).
    """

    logs: LogPolicy = LogPolicy.SUSPECTS
    certificates: bool = False
    namespaces: tuple[str, ...] = ()
    lap: Callable[[str], None] = lambda _code: None
    deadline: float | None = None
    clock: Callable[[], float] = time.monotonic


def judge_to_the_end(
    rules: Iterable[Rule], inventory: Inventory, source: Source, wish: Wish
) -> tuple[Judgement, Inventory, tuple[Gap, ...]]:
    """What comes of it, the inventory with all answers, and what could not be answered."""
    judging = Judging(tuple(rules), inventory, source, wish)
    judging.answer()
    if judging.sample():
        judging.answer()
    return judging.judgement, judging.inventory, tuple(sorted(judging.gaps))


class Judging:
    """A judgement as it grows. `answer` is to be called once it is made, and after each `follow`."""

    def __init__(self, rules: Sequence[Rule], inventory: Inventory, source: Source, wish: Wish) -> None:
        self._rules = {rule.code: rule for rule in rules}
        self._log_rules = [rule.code for rule in rules if LOG in rule.filters]
        self._source, self.wish = source, wish
        self._answered = frozenset[Ask]()
        self._silent = 0
        self._logs_until = 0.0
        self.inventory = inventory
        self.gaps: set[Gap] = set()
        # Rules on logs have nothing to say before one was read.
        self.judgement = judge([rule for rule in rules if LOG not in rule.filters], inventory, lap=wish.lap)

    def follow(self, inventory: Inventory, again: Iterable[Pair], gone: Iterable[Pair], changed: Collection[Ref]) -> None:
        """Go on with a later inventory, in which these objects changed: judge these pairs again and drop those.

        What was answered about an object that changed may be asked once more.
        """
        self.inventory = inventory
        self._silent = 0
        self._answered = frozenset(ask for ask in self._answered if _asked_about(ask) not in changed)
        dropped = frozenset(gone)
        left = Judgement({pair: judged for pair, judged in self.judgement.judged.items() if pair not in dropped}, self.judgement.skips)
        self.judgement = judge_again(left, self._rules, inventory, again, self.wish.lap)

    def answer(self) -> None:
        """Answer what rules ask for, a few rounds."""
        wish = self.wish
        self._logs_until = self._time_for_logs()
        for _round in range(ROUNDS):
            logs = wish.logs is not LogPolicy.NONE
            asks = worth_answering(self.judgement, self.inventory, self._answered, logs=logs, certificates=wish.certificates)
            if not asks:
                return
            changes, unread = self._answers(tuple(asks), LogLimit())
            self.gaps.update(unread)
            self._answered |= asks.keys()
            self._lay(changes, [pair for askers in asks.values() for pair in askers])

    def _time_for_logs(self) -> float:
        """Until when logs may be read, if that begins now. A dump has no kubelets that could be slow, and tells the same every time."""
        deadline = self.wish.deadline
        if self.inventory.cluster.source is not Origin.LIVE:
            return math.inf if deadline is None else deadline
        now = self.wish.clock()
        return now + (LOG_SECONDS if deadline is None else min(LOG_SECONDS, max(0.0, deadline - now) / 2))

    def sample(self) -> bool:
        """Read logs that nobody asked for, as far as the policy goes; whether there was any."""
        if not self._log_rules:
            return False
        self._logs_until = self._time_for_logs()
        chosen = logs_to_sample(self.inventory, self.judgement, self.wish.logs, self.wish.namespaces)
        logs, unread = self._read(chosen)
        if chosen.promised and unread:
            self.gaps.add(
                Gap("v1", "Pod", "", "get log", GapReason.TIMEOUT, f"{unread} logs were not read: the bound of a scan is reached")
            )
        if logs:
            self._lay(Changes(logs=tuple(logs)), [])
        return bool(logs)

    def _read(self, chosen: Sample) -> tuple[list[ContainerLog], int]:
        """The logs, and how many were not come to. What a dump does not hold, nobody misses."""
        limit = LogLimit(chosen.lines, chosen.size) if chosen.lines else LogLimit()
        logs: list[ContainerLog] = []
        size = done = 0
        for begin in range(0, len(chosen.keys), AT_ONCE):
            keys = chosen.keys[begin : begin + AT_ONCE]
            changes, gaps = self._answers(tuple(AskLog(key) for key in keys), limit)
            done += len(keys)
            logs.extend(changes.logs)
            size += sum(len(line) for log in changes.logs for line in log.lines)
            missed = [gap for gap in gaps if gap.reason is not GapReason.NOT_IN_DUMP]
            self.gaps.update(missed[:1])
            if size > MOST_BYTES or (missed and not changes.logs):
                break
        return logs, chosen.left_out + len(chosen.keys) - done

    def _lay(self, changes: Changes, pairs: list[Pair]) -> None:
        """Judge again with the answers: those that asked, and the rules on logs every pod of which a log was read."""
        self.inventory = self.inventory.replace(changes)
        pods = dict.fromkeys(log.key.pod for log in changes.logs)
        pairs += [Pair(code, pod) for pod in pods for code in self._log_rules]
        self.judgement = judge_again(self.judgement, self._rules, self.inventory, dict.fromkeys(pairs), self.wish.lap)

    def _answers(self, asks: Sequence[Ask], limit: LogLimit) -> tuple[Changes, tuple[Gap, ...]]:
        """Ask the source, several things at a time."""
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(READERS, thread_name_prefix="kubedx-ask") as pool:
            answers = tuple(pool.map(lambda ask: self._ask(ask, limit), asks))
        return _sorted(asks, answers)

    def _ask(self, ask: Ask, limit: LogLimit) -> "_Answer":
        if isinstance(ask, AskLog) and self._silent >= MOST_SILENT:
            pod = ask.key.pod
            message = f"not read: the {MOST_SILENT} logs before it could not be read either"
            return Gap(pod.api_version, pod.kind, pod.namespace, "get log", GapReason.TIMEOUT, message, pod.name)
        if isinstance(ask, AskLog) and self.wish.clock() >= self._logs_until:
            pod = ask.key.pod
            return Gap(pod.api_version, pod.kind, pod.namespace, "get log", GapReason.TIMEOUT, TOO_SLOW, pod.name)
        answer = _answer(ask, self._source, limit, self._logs_until if isinstance(ask, AskLog) else self.wish.deadline)
        if isinstance(ask, AskLog):
            is_silent = isinstance(answer, Gap) and answer.reason in {GapReason.TIMEOUT, GapReason.SERVER_ERROR}
            self._silent = self._silent + 1 if is_silent else 0
        return answer


def _asked_about(ask: Ask) -> Ref:
    return ask.key.pod if isinstance(ask, AskLog) else ask.ref


_Answer = ContainerLog | KubeObject | Gap | None


def _sorted(asks: Sequence[Ask], answers: Sequence[_Answer]) -> tuple[Changes, tuple[Gap, ...]]:
    logs: list[ContainerLog] = []
    no_logs: list[LogKey] = []
    log_gaps: list[tuple[LogKey, str]] = []
    objects: list[KubeObject] = []
    absent: list[Ref] = []
    gaps: list[Gap] = []
    for ask, answer in zip(asks, answers, strict=True):
        match ask, answer:
            case AskLog(key), Gap() as gap:
                gaps.append(gap)
                log_gaps.append((key, gap.message))
            case _, Gap() as gap:
                gaps.append(gap)
            case AskLog(), ContainerLog() as log:
                logs.append(log)
            case AskLog(key), _:
                no_logs.append(key)
            case ((AskPresence(ref) | AskValues(ref) | AskCertificate(ref)), None):
                absent.append(ref)
            case _, KubeObject() as obj:
                objects.append(obj)
    changes = Changes(logs=tuple(logs), no_logs=tuple(no_logs), log_gaps=tuple(log_gaps), objects=tuple(objects), absent=tuple(absent))
    return changes, tuple(gaps)


def _answer(ask: Ask, source: Source, limit: LogLimit, deadline: float | None) -> _Answer:
    if isinstance(ask, AskLog):
        return source.log(ask.key, limit, deadline)
    kind = kind_of(ask.ref.group_kind)
    if kind is None:
        return Gap(ask.ref.api_version, ask.ref.kind, ask.ref.namespace, "get", GapReason.ABSENT_API, "a kind without a type", ask.ref.name)
    found = source.get(kind, ask.ref, deadline)
    if isinstance(ask, AskValues) and isinstance(found, ConfigMap):
        from kubedx.source import with_documents

        return with_documents(found)
    return found
