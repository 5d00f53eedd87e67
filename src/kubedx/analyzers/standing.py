"""A judgement that stands while the cluster changes: only what a change can touch is judged again."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kubedx.analyzers.rule import Outcome, Rule
from kubedx.analyzers.runner import Pair
from kubedx.inventory import Difference, Found, Inventory, Notebook, NotingInventory, is_of_time
from kubedx.kube import GroupKind, KubeObject, RawObject, Ref, kind_of


class Change(msgspec.Struct, frozen=True):
    """An object that is not as it was; None where it was not, or is no longer, there."""

    ref: Ref
    before: KubeObject | None
    after: KubeObject | None


class Touched(msgspec.Struct, frozen=True):
    """The pairs to judge again, and those of which nothing comes any longer: their object is gone, or well."""

    again: tuple[Pair, ...]
    gone: tuple[Pair, ...]


class Calls:
    """The rules of a standing judgement. Each call of one notes what it asks of the inventory, and is counted."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.count = 0
        self._notebook: Notebook | None = None
        self.rules = {rule.code: self._noting(rule) for rule in rules}
        self._by_group_kind: dict[GroupKind, list[Rule]] = {}
        for rule in self.rules.values():
            for kind in rule.on:
                self._by_group_kind.setdefault(kind.KIND.group_kind, []).append(rule)

    def write_to(self, notebook: Notebook) -> None:
        """Where calls note what they ask."""
        self._notebook = notebook

    def touched(self, changes: Iterable[Change], earlier: NotingInventory, later: NotingInventory, *, time_too: bool) -> Touched:
        """What must be judged again once these objects changed; with `time_too`, also whatever looked at the clock.

        A change of an object touches the rules that judge it, and every call that asked what now has another answer.
        """
        changed = tuple(changes)
        pairs = dict.fromkeys(pair for change in changed for pair in self._pairs(change))
        difference = Difference(earlier, later, {change.ref.group_kind for change in changed})
        difference.keep()
        for question in list(later.notebook.questions):
            if (time_too and is_of_time(question)) or difference(question):
                pairs.update(dict.fromkeys(name for name in later.notebook.readers(question) if isinstance(name, Pair)))
        again = [pair for pair in pairs if self._is_to_judge(pair, later)]
        gone = tuple(pairs.keys() - set(again))
        for pair in gone:
            later.notebook.forget(pair)
        return Touched(tuple(sorted(again)), gone)

    def _pairs(self, change: Change) -> Iterator[Pair]:
        kind = kind_of(change.ref.group_kind)
        of_kind = self._by_group_kind.get(kind.group_kind if kind else RawObject.KIND.group_kind, ())
        yield from (Pair(rule.code, change.ref) for rule in of_kind)

    def _is_to_judge(self, pair: Pair, inventory: NotingInventory) -> bool:
        found, rule = inventory.find(pair.subject), self.rules[pair.code]
        if not isinstance(found, Found) or not all(inventory.known(kind, pair.subject.namespace) for kind in rule.reads):
            return False
        return rule.unless is None or not rule.unless(found.object)

    def _noting(self, rule: Rule) -> Rule:
        def judge(subject: Any, inventory: Inventory) -> Iterator[Outcome]:
            self.count += 1
            if self._notebook is None:
                yield from rule.judge(subject, inventory)
                return
            with self._notebook.page(Pair(rule.code, subject.ref)):
                yield from rule.judge(subject, inventory)

        return msgspec.structs.replace(rule, judge=judge)
