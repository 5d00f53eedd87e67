"""Explaining a run's incidents: the playbook always, one or several models where they are configured."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

import msgspec

from kubedx.config import Config
from kubedx.errors import ConfigError, ProviderError
from kubedx.explain.asking import Round, Sleep
from kubedx.explain.backends import choose_backend
from kubedx.explain.budget import Budget
from kubedx.explain.cache import AnswerCache
from kubedx.explain.playbook import explain_by_playbook
from kubedx.explain.providers import Provider, connect
from kubedx.explain.settings import ExplainSettings
from kubedx.explain.tally import Tally
from kubedx.findings import Explanation, Facts, Incident

T = TypeVar("T")


class Explained(msgspec.Struct, frozen=True):
    """The incidents with their explanations (models' first, the playbook's last), and what went wrong, one sentence each.

    `provider` are the backends that were asked, with commas between them; empty when the playbook explains alone. `tally` is what it
    took, None when no model was asked.
    """

    incidents: tuple[Incident, ...]
    warnings: tuple[str, ...] = ()
    provider: str = ""
    tally: Tally | None = None


class Listener(Protocol):
    """Who hears how it goes, in the thread that waits for the explanations."""

    def plan(self, sources: tuple[str, ...], tally: Tally) -> None:
        """What is about to be asked of whom."""
        ...

    def draft(self, index: int, explanation: Explanation) -> None:
        """What stands already of the answer about the incident of that index, when one model alone is asked."""
        ...

    def done(self, index: int, incident: Incident) -> None:
        """The incident with all its explanations. Incidents come in no order."""
        ...


class Silent:
    """A listener that does nothing."""

    def plan(self, sources: tuple[str, ...], tally: Tally) -> None:
        """Nothing."""

    def draft(self, index: int, explanation: Explanation) -> None:
        """Nothing."""

    def done(self, index: int, incident: Incident) -> None:
        """Nothing."""


class Explainer:
    """Explains incidents as `settings` ask, with the backends of `config`. `providers` take the place of the configured ones."""

    def __init__(self, settings: ExplainSettings, config: Config, *providers: Provider, sleep: Sleep = asyncio.sleep) -> None:
        self._settings, self._config, self._given, self._sleep = settings, config, providers, sleep
        self.budget = Budget(settings.run_limits, settings.day_limits, settings.ledger)

    @property
    def settings(self) -> ExplainSettings:
        """How it explains."""
        return self._settings

    def by_playbook(self, incidents: Sequence[Incident]) -> tuple[Incident, ...]:
        """Every incident with the playbook's explanation alone."""
        language = self._settings.language
        return tuple(msgspec.structs.replace(one, explanations=(explain_by_playbook(one, language),)) for one in incidents)

    def asks(self) -> bool:
        """Whether a model is to be asked, be it one that cannot be reached."""
        return bool(self._given) or _asks(self._settings.backend, self._config)

    def explain(self, incidents: Sequence[Incident], facts: Facts, listener: Listener | None = None) -> Explained:
        """Every incident with the playbook's explanation, and before it each model's that answered.

        A backend that fails leaves the others' and makes one warning for the whole run; this raises nothing of its own.
        Calls are made in the incidents' order. May be called from a thread in which an event loop runs.
        """
        explained = self.by_playbook(incidents)
        providers, warnings = self.providers()
        names = ",".join(dict.fromkeys(provider.backend for provider in providers))
        if not providers or not explained:
            return Explained(explained, warnings, names)
        return _run(self._explain(explained, facts, providers, warnings, names, listener or Silent()))

    def providers(self) -> tuple[tuple[Provider, ...], tuple[str, ...]]:
        """Whom to ask, and why those that are not there are not."""
        if self._given:
            return self._given, ()
        found: list[Provider] = []
        warnings: list[str] = []
        wanted = dict.fromkeys(word.strip() for word in self._settings.backend.split(","))
        for flag in [word for word in wanted if word] or [""]:
            try:
                backend = choose_backend(self._config, flag, self._settings.headers)
                if backend is not None:
                    found.append(connect(backend, timeout=self._settings.timeout, ca_file=self._settings.ca_file))
            except (ProviderError, ConfigError) as error:
                warnings.append(f"{error}; explained by the playbook" if len(wanted) < 2 else f"{error}; explained without it")
        return tuple(found), tuple(warnings)

    async def _explain(  # one step of `explain`
        self,
        incidents: tuple[Incident, ...],
        facts: Facts,
        providers: tuple[Provider, ...],
        warnings: tuple[str, ...],
        names: str,
        listener: Listener,
    ) -> Explained:
        settings = self._settings
        cache = AnswerCache(settings.store, now=settings.now, ttl=settings.ttl) if settings.store else None
        rounds = [Round(one, settings, facts, budget=self.budget, cache=cache, sleep=self._sleep) for one in providers]
        plans = [await one.prepare(incidents) for one in rounds]
        plan = _sum(plans)
        listener.plan(tuple(one.source for one in rounds), plan)
        board = _Board(incidents, len(rounds), listener)
        await asyncio.gather(*(one.ask_all(board.draft, board.seat(number)) for number, one in enumerate(rounds)))
        said = list(dict.fromkeys(line for one in rounds for line in one.warnings()))
        if cache is not None:
            cache.close()
            if cache.trouble:
                said.append(f"{cache.trouble}; going on without it")
        tally = msgspec.structs.replace(plan, spent=self.budget.spent, is_plan=False)
        return Explained(board.incidents, (*warnings, *said), names, tally)


class _Board:
    """The explanations as they come, by incident and by backend."""

    def __init__(self, incidents: tuple[Incident, ...], seats: int, listener: Listener) -> None:
        self._incidents = list(incidents)
        self._answers: list[list[Explanation | None]] = [[None] * seats for _ in incidents]
        self._missing = [seats] * len(incidents)
        self._seats, self._listener = seats, listener

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents with what has come."""
        return tuple(self._incidents)

    def draft(self, index: int, explanation: Explanation) -> None:
        """Hand on what stands of an answer, unless several are expected."""
        if self._seats == 1:
            self._listener.draft(index, explanation)

    def seat(self, number: int) -> Any:
        """Where the backend of that number puts its answers."""

        def done(index: int, explanation: Explanation | None) -> None:
            self._answers[index][number] = explanation
            self._missing[index] -= 1
            if self._missing[index] == 0:
                incident = self._incidents[index]
                told = tuple(answer for answer in self._answers[index] if answer is not None)
                self._incidents[index] = msgspec.structs.replace(incident, explanations=(*told, *incident.explanations))
                self._listener.done(index, self._incidents[index])

        return done


def details(explanation: Explanation) -> str:
    """An explanation in k8sgpt's form, for `results[].details`: `Error: …`, then `Solution: …` with numbered steps."""
    steps = [f"{number}. {step}" for number, step in enumerate(explanation.steps or explanation.commands, 1)]
    return f"Error: {explanation.summary}\nSolution: " + ("\n".join(steps) or "-")


def _asks(flag: str, config: Config) -> bool:
    words = [word.strip() for word in flag.split(",") if word.strip()] or [""]
    try:
        return any(choose_backend(config, word) is not None for word in words)
    except ProviderError:
        return True


def _sum(plans: Sequence[Tally]) -> Tally:
    total = plans[0]
    for plan in plans[1:]:
        total = msgspec.structs.replace(
            total,
            cached=total.cached + plan.cached,
            shared=total.shared + plan.shared,
            spent=total.spent + plan.spent,
            is_priced=total.is_priced and plan.is_priced,
        )
    return total


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end, from any thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
