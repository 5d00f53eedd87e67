"""A cluster that is watched: judged once, and then again only as far as a change can reach."""

from collections.abc import Callable
from datetime import timedelta

import msgspec

from kubedx.analyzers import Calls, Change
from kubedx.findings import Diagnosis, Facts
from kubedx.inventory import Changes, Found, NotingInventory, noting
from kubedx.judging import Judging
from kubedx.kube import KubeObject, Pod, Ref
from kubedx.pipeline.diagnose import concluded
from kubedx.pipeline.others import Others, joined
from kubedx.pipeline.request import Explainer, Request
from kubedx.pipeline.scan import Scan, look, wish_of
from kubedx.source import Updates, WatchableSource


class Watching:
    """One cluster, from a first diagnosis on. `clock` is that of `time.monotonic`.

    An update judges again what it can touch, and nothing else. The logs of a pod that changed are forgotten, and so asked for anew.
    """

    def __init__(
        self,
        source: WatchableSource,
        request: Request,
        clock: Callable[[], float],
        explainer: Explainer | None = None,
        others: Others | None = None,
    ) -> None:
        """Read the cluster and judge it. Raises what `scan` raises."""
        self._request, self._explainer, self._others = request, explainer, others
        self._clock = clock
        self._allowance = None if request.deadline is None else request.deadline - clock()
        self._look = look(source, request, others)
        self._calls = Calls(self._look.rules)
        inventory = noting(self._look.inventory)
        self._calls.write_to(inventory.notebook)
        self._began, self._at_first = clock(), inventory.now
        self._judging = Judging(tuple(self._calls.rules.values()), inventory, source, wish_of(request))
        self._judging.answer()
        if self._judging.sample():
            self._judging.answer()

    @property
    def calls(self) -> int:
        """How many times a rule was called so far."""
        return self._calls.count

    @property
    def facts(self) -> Facts:
        """What is known of the cluster now."""
        return self._inventory.plain()

    def diagnosis(self) -> Diagnosis:
        """As the cluster is now, by all that is known."""
        inventory = self._inventory.plain()
        judgement = self._judging.judgement
        if self._others is not None:
            judgement = joined(judgement, self._others.judge(inventory))
        seen = Scan(
            rules=self._look.rules,
            custom=self._look.custom,
            target=self._look.target,
            inventory=inventory,
            judgement=judgement,
            log_gaps=tuple(sorted(self._judging.gaps)),
        )
        return concluded(seen, self._request, self._explainer)

    def take(self, updates: Updates, *, tick: bool = False, logs_too: bool = False) -> None:
        """Judge again what these updates can touch; with `tick`, also what looks at the clock; with `logs_too`, at a log."""
        earlier = self._inventory
        changed = self._changed(updates)
        stale = dict.fromkeys(change.ref for change in changed if change.ref.group_kind == Pod.KIND.group_kind)
        if logs_too:
            stale.update(dict.fromkeys(key.pod for key in earlier.logs))
        later = earlier.replace(
            Changes(
                objects=tuple(change.after for change in changed if change.after),
                absent=tuple(change.ref for change in changed if not change.after),
                gaps=updates.gaps,
                forgotten=tuple(stale),
                now=self._at_first + timedelta(seconds=self._clock() - self._began),
            )
        )
        touched = self._calls.touched(changed, earlier, later, time_too=tick)
        self._judging.wish = msgspec.structs.replace(self._judging.wish, deadline=self._deadline())
        self._judging.follow(later, touched.again, touched.gone, frozenset((*(change.ref for change in changed), *stale)))
        self._judging.answer()

    def _deadline(self) -> float | None:
        """As long as the first look was given, each further one is."""
        return None if self._allowance is None else self._clock() + self._allowance

    @property
    def _inventory(self) -> NotingInventory:
        inventory = self._judging.inventory
        if not isinstance(inventory, NotingInventory):
            raise TypeError("the inventory of a watched cluster notes what is asked")
        return inventory

    def _changed(self, updates: Updates) -> tuple[Change, ...]:
        """What is not as it was: a list that is read again tells of every object."""
        after: dict[Ref, KubeObject | None] = dict.fromkeys(updates.absent)
        after.update((obj.ref, obj) for obj in updates.objects)
        changes = (Change(ref, self._before(ref), obj) for ref, obj in after.items())
        return tuple(change for change in changes if change.before != change.after)

    def _before(self, ref: Ref) -> KubeObject | None:
        found = self._inventory.find(ref)
        return found.object if isinstance(found, Found) else None
