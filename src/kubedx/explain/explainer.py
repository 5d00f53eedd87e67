"""Explaining a run's incidents: the playbook always, a model where one is configured; one call an incident, a few at once."""

import asyncio
import contextlib
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec

from kubedx.config import Config
from kubedx.errors import ProviderError, ProviderFailed
from kubedx.explain.answer import check_answer, parse_answer
from kubedx.explain.backends import choose_backend
from kubedx.explain.cache import AnswerCache, answer_key
from kubedx.explain.clean import clean_line
from kubedx.explain.language import is_chinese
from kubedx.explain.playbook import explain_by_playbook
from kubedx.explain.prompts import Prompt, build_prompt, choose_form
from kubedx.explain.providers import Provider, ProviderRefused, connect
from kubedx.explain.settings import ExplainSettings, PromptForm
from kubedx.findings import Explanation, Facts, Incident
from kubedx.redact import Redactor

T = TypeVar("T")

_GIVE_UP_AFTER = 3
"""Failures in a row, after which no further call is made."""


class Explained(msgspec.Struct, frozen=True):
    """The incidents with their explanations (a model's first, the playbook's last), and what went wrong, one sentence each.

    `provider` is the backend that was asked, empty when the playbook explains alone.
    """

    incidents: tuple[Incident, ...]
    warnings: tuple[str, ...] = ()
    provider: str = ""


class _Question(msgspec.Struct, frozen=True):
    """One incident on its way to a model. `name` is its backend and model."""

    incident: Incident
    redactor: Redactor
    prompt: Prompt
    key: str


class Explainer:
    """Explains incidents as `settings` ask, with the backends of `config`. `provider` takes the place of the configured backend."""

    def __init__(self, settings: ExplainSettings, config: Config, provider: Provider | None = None) -> None:
        self._settings, self._config, self._given = settings, config, provider

    def explain(self, incidents: Sequence[Incident], facts: Facts) -> Explained:
        """Every incident with the playbook's explanation, and before it a model's where one answered.

        A backend that fails leaves the playbook's text in place and makes one warning for the whole run; this raises nothing of its own.
        Calls are made in the incidents' order, `max_calls` at most. May be called from a thread in which an event loop runs.
        """
        explained = tuple(
            msgspec.structs.replace(incident, explanations=(explain_by_playbook(incident, self._settings.language),))
            for incident in incidents
        )
        try:
            provider = self._provider()
        except ProviderError as error:
            return Explained(explained, (f"{error}; explained by the playbook",), "")
        if provider is None or not explained:
            return Explained(explained, (), provider.backend if provider else "")
        round_ = _Round(provider, self._settings, facts)
        answers = _run(round_.ask_all(explained))
        return Explained(
            tuple(
                msgspec.structs.replace(incident, explanations=(answer, *incident.explanations)) if answer else incident
                for incident, answer in zip(explained, answers, strict=True)
            ),
            tuple(round_.warnings()),
            provider.backend,
        )

    def _provider(self) -> Provider | None:
        if self._given is not None:
            return self._given
        backend = choose_backend(self._config, self._settings.backend, self._settings.headers)
        return None if backend is None else connect(backend, timeout=self._settings.timeout)


class _Round:
    """The questions of one run to one provider, and what became of them."""

    def __init__(self, provider: Provider, settings: ExplainSettings, facts: Facts) -> None:
        self._provider, self._settings, self._facts = provider, settings, facts
        self._cache = AnswerCache(settings.cache_dir) if settings.cache_dir else None
        self._cache_trouble = ""
        self._form = choose_form(provider.backend, provider.model) if settings.form == PromptForm.AUTO else settings.form
        self._gate = asyncio.Semaphore(max(1, settings.parallel))
        self._failure: ProviderFailed | None = None
        self._failures = self._failures_in_a_row = self._left_out = self._calls = self._asked = 0
        self._refused = False

    async def ask_all(self, incidents: Sequence[Incident]) -> list[Explanation | None]:
        """One explanation for each incident, None where there is none."""
        self._asked = len(incidents)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._ask(incident)) for incident in incidents]
            return [task.result() for task in tasks]
        finally:
            with contextlib.suppress(Exception):
                await self._provider.close()

    def warnings(self) -> list[str]:
        """What went wrong, in one sentence for each cause."""
        lines = []
        if self._failure is not None:
            missing = self._failures + (self._left_out if self._gave_up else 0)
            lines.append(f"{self._failure}; {missing} of {self._asked} incidents are explained by the playbook alone")
        elif self._left_out:
            limit = self._settings.max_calls
            lines.append(
                f"{self._left_out} of {self._asked} incidents are explained by the playbook alone: only {limit} calls were allowed"
            )
        if self._cache_trouble:
            lines.append(f"the cache of answers in {self._settings.cache_dir} cannot be used: {self._cache_trouble}")
        return lines

    @property
    def _gave_up(self) -> bool:
        return self._refused or self._failures_in_a_row >= _GIVE_UP_AFTER

    async def _ask(self, incident: Incident) -> Explanation | None:
        async with self._gate:
            question = self._question(incident)
            kept = self._load(question.key)
            explanation = self._explanation(question, kept) if kept else None
            if explanation is not None:
                return explanation
            if self._gave_up or self._calls >= self._settings.max_calls:
                self._left_out += 1
                return None
            self._calls += 1
            try:
                text = (await self._provider.answer(question.prompt)).text
                explanation = self._explanation(question, text)
                if explanation is None:
                    raise ProviderFailed(f"the answer of the backend {self._provider.backend} ({self._provider.model}) could not be used")  # noqa: TRY301
            except ProviderFailed as error:
                self._record(error)
                return None
            self._failures_in_a_row = 0
            self._store(question.key, text)
            return explanation

    def _question(self, incident: Incident) -> _Question:
        redactor = Redactor.for_incident(incident, anonymize=self._settings.anonymize)
        prompt = build_prompt(incident, redactor, language=self._settings.language, form=self._form)
        provider = self._provider
        key = answer_key(
            backend=provider.backend, model=provider.model, address=provider.address, language=self._settings.language, prompt=prompt
        )
        return _Question(incident, redactor, prompt, key)

    def _explanation(self, question: _Question, text: str) -> Explanation | None:
        """The explanation in a model's text, None when nothing of it can be used."""
        answer = parse_answer(text)
        if answer is None:
            return None
        checked = check_answer(answer.map(question.redactor.unmask), question.incident, self._facts)
        kept = checked.answer
        if not kept.summary and not kept.steps:
            return None
        return Explanation(
            source=f"{self._provider.backend}/{self._provider.model}",
            language=_language_code(self._settings.language),
            summary=kept.summary or kept.steps[0],
            steps=kept.steps,
            commands=kept.commands,
            citations=kept.citations,
            dropped=checked.dropped,
        )

    def _record(self, error: ProviderFailed) -> None:
        self._failures += 1
        self._failures_in_a_row += 1
        if self._failure is None or (isinstance(error, ProviderRefused) and not self._refused):
            self._failure = error
        self._refused = self._refused or isinstance(error, ProviderRefused)

    def _load(self, key: str) -> str | None:
        if self._cache is None:
            return None
        try:
            return self._cache.load(key)
        except OSError as error:
            self._cache_trouble = self._cache_trouble or clean_line(error.strerror or str(error), 200)
            return None

    def _store(self, key: str, text: str) -> None:
        if self._cache is None:
            return
        try:
            self._cache.store(key, text)
        except OSError as error:
            self._cache_trouble = self._cache_trouble or clean_line(error.strerror or str(error), 200)


def details(explanation: Explanation) -> str:
    """An explanation in k8sgpt's form, for `results[].details`: `Error: …`, then `Solution: …` with numbered steps."""
    steps = [f"{number}. {step}" for number, step in enumerate(explanation.steps or explanation.commands, 1)]
    return f"Error: {explanation.summary}\nSolution: " + ("\n".join(steps) or "-")


def _language_code(language: str) -> str:
    if is_chinese(language):
        return "zh"
    return "en" if language.strip().lower() in ("", "english", "en") else clean_line(language, 40)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end, from any thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
