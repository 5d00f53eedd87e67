"""Reading for a filter as little as its symptoms need, in three steps: what is judged, what judges it, what can be its cause.

A rule that would skip every object at hand needs nothing more, and where nothing is suffered nothing is looked for that could be its cause.
"""

from collections.abc import Iterable

import msgspec

from kubedx.analyzers import LOG, Rule, catalogue, chosen_by, judge, kinds_of, reads_custom_resources, with_causes
from kubedx.errors import NothingReadable
from kubedx.findings import Effect
from kubedx.inventory import Inventory
from kubedx.kube import Kind, Reading
from kubedx.pipeline.request import Request
from kubedx.source import Source


class Narrow(msgspec.Struct, frozen=True):
    """The rules that are to judge, the custom kinds that were asked for, and what was read for both."""

    rules: tuple[Rule, ...]
    custom: tuple[Kind, ...]
    inventory: Inventory


def read_narrowly(source: Source, request: Request) -> Narrow:
    """Read for the filters of the request. Raises what `Source.read` raises."""
    reader = _Reader(source, request)
    chosen = chosen_by(catalogue(), request.filters)
    subjects = {each: msgspec.structs.replace(each, reads=(), consults=()) for each in chosen}
    inventory = reader.read(subjects.values())
    judging = tuple(rule for rule in chosen if _has_subject(rule, inventory))
    inventory = reader.read(judging)
    rules = with_causes(catalogue(), judging, _suffered(judging, inventory))
    return Narrow(rules, reader.custom, reader.read(rules))


def _has_subject(rule: Rule, inventory: Inventory) -> bool:
    """Whether the rule has something to judge, or cannot know whether it has."""
    for kind in rule.on:
        found = inventory.list(kind)
        if not found.complete or any(rule.unless is None or not rule.unless(each) for each in found):
            return True
    return False


def _suffered(rules: Iterable[Rule], inventory: Inventory) -> set[Effect]:
    """What is suffered, or may be by what a log or a value tells that was not read yet."""
    told = {code for code, _subject in judge([rule for rule in rules if LOG not in rule.filters], inventory).judged}
    return {rule.suffers for rule in rules if rule.suffers and (rule.code in told or LOG in rule.filters)}


class _Reader:
    """What was read so far, and reads what lacks."""

    def __init__(self, source: Source, request: Request) -> None:
        self._source, self._request = source, request
        self._kinds: tuple[Kind, ...] = ()
        self._reading: Reading | None = None
        self.custom: tuple[Kind, ...] = ()

    def read(self, rules: Iterable[Rule]) -> Inventory:
        """Everything that these rules look at, and what was read before."""
        wanted = tuple(rules)
        if not self.custom and self._request.custom_resources and reads_custom_resources(wanted):
            self.custom = self._source.custom_kinds(self._request.deadline)
        lacking = tuple(kind for kind in dict.fromkeys((*kinds_of(wanted), *self.custom)) if kind not in self._kinds)
        if lacking or self._reading is None:
            self._reading = self._read(lacking)
            self._kinds += lacking
        return Inventory(self._reading)

    def _read(self, kinds: tuple[Kind, ...]) -> Reading:
        scope, deadline = self._request.scope, self._request.deadline
        if self._reading is None:
            return self._source.read(kinds, scope, deadline)
        try:
            return self._reading.followed_by(self._source.read(kinds, scope, deadline))
        except NothingReadable:
            # Not one of these may be listed. Together with what could be read they are gaps, each with its reason.
            return self._source.read((*self._kinds, *kinds), scope, deadline)
