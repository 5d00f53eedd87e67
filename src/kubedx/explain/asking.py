"""The questions of one run to one backend: what is kept is told, the rest is asked, a few at once, with patience and within the budget."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from kubedx.errors import ProviderFailed
from kubedx.explain.answer import is_whole, parse_answer
from kubedx.explain.budget import Budget, estimated
from kubedx.explain.cache import AnswerCache, Names, answer_key
from kubedx.explain.check import check_answer, unheld
from kubedx.explain.clean import clean_line
from kubedx.explain.drafts import standing_part
from kubedx.explain.language import is_chinese
from kubedx.explain.prices import price_of
from kubedx.explain.prompts import PROMPT_VERSION, Prompt, build_prompt, choose_form
from kubedx.explain.providers import Answer, Provider, ProviderBusy, ProviderRefused, SchemaRefused
from kubedx.explain.settings import ExplainSettings, PromptForm
from kubedx.explain.tally import Tally
from kubedx.findings import Explanation, ExplanationUsage, Facts, Incident
from kubedx.redact import Redactor

MAX_ANSWER = 100_000
"""Characters of an answer that is listened to; a model that says more has lost its way."""

ATTEMPTS = 4
PATIENCE = 60.0
"""Seconds that a backend may have us wait at once."""

GIVE_UP_AFTER = 3
"""Failures in a row, after which no further call is made."""

Sleep = Callable[[float], Awaitable[None]]
OnDraft = Callable[[int, Explanation], None]
OnDone = Callable[[int, Explanation | None], None]


class _LeftOut(Exception):  # noqa: N818  # nothing is wrong: the budget says no
    """A question that is not asked."""


class _Question(msgspec.Struct, frozen=True):
    """A prompt, and the incidents that have it; the first by rank is the one whose answer is listened to."""

    key: str
    prompt: Prompt
    names: Names
    members: list[tuple[int, Incident, Redactor]]


class Round:
    """One backend's answers to the incidents of a run."""

    def __init__(  # made in one place
        self,
        provider: Provider,
        settings: ExplainSettings,
        facts: Facts,
        *,
        budget: Budget,
        cache: AnswerCache | None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._provider, self._settings, self._facts = provider, settings, facts
        self._budget, self._cache, self._sleep = budget, cache, sleep
        self._form = choose_form(provider.backend, provider.model) if settings.form == PromptForm.AUTO else settings.form
        self._price = price_of(provider.backend, provider.model, provider.address, settings.prices)
        self._gate = asyncio.Semaphore(max(1, settings.parallel))
        self._questions: list[_Question] = []
        self._kept: dict[str, str] = {}
        self._failure: ProviderFailed | None = None
        self._refusal = ""
        self._failures = self._in_a_row = self._left_out = self._asked = 0
        self._pause = 0.0
        self._refused = False
        self._takes_schema: bool | None = None
        """None: that is not known yet."""

    @property
    def source(self) -> str:
        """The backend and its model."""
        return f"{self._provider.backend}/{self._provider.model}"

    async def prepare(self, incidents: Sequence[Incident]) -> Tally:
        """Write the prompts, and look which answers are kept; what the rest will take, about."""
        self._asked = len(incidents)
        by_key: dict[str, _Question] = {}
        for index, incident in enumerate(incidents):
            question = self._question(index, incident)
            first = by_key.setdefault(question.key, question)
            if first is not question:
                first.members.extend(question.members)
        self._questions = list(by_key.values())
        await asyncio.gather(*(self._look_up(question) for question in self._questions))
        return self._plan()

    async def ask_all(self, on_draft: OnDraft, on_done: OnDone) -> None:
        """Tell each incident's explanation by its index as it comes, None where there is none. Raises nothing of its own."""
        try:
            await asyncio.gather(*(self._ask(question, on_draft, on_done) for question in self._questions))
        finally:
            with contextlib.suppress(Exception):
                await self._provider.close()

    async def reply(self, prompt: Prompt, incident: Incident, redactor: Redactor) -> Explanation:
        """One answer to a prompt about an incident, checked like all. Raises ProviderFailed, for a limit of the budget too."""
        question = _Question("", prompt, Names(""), [(0, incident, redactor)])
        try:
            answer, usage = await self._call(question, lambda _index, _draft: None)
        except _LeftOut as reason:
            raise ProviderFailed(f"{self.source} is not asked: {reason}") from reason
        finally:
            with contextlib.suppress(Exception):
                await self._provider.close()
        explanation = self._explanation(answer.text, incident, redactor, usage)
        if explanation is None:
            raise ProviderFailed(f"{self.source} gave no answer that could be used")
        return explanation

    def warnings(self) -> list[str]:
        """What went wrong, in one sentence for each cause."""
        lines = []
        if self._failure is not None:
            missing = self._failures + (self._left_out if self._gave_up else 0)
            lines.append(f"{self._failure}; {missing} of {self._asked} incidents are explained by the playbook alone")
        if self._left_out and not self._gave_up:
            lines.append(f"{self._left_out} of {self._asked} incidents are explained without {self.source}: {self._refusal}")
        return lines

    @property
    def _gave_up(self) -> bool:
        return self._refused or self._in_a_row >= GIVE_UP_AFTER

    def _plan(self) -> Tally:
        asked = [question for question in self._questions if question.key not in self._kept]
        spent = self._budget.spent
        for question in asked:
            usage = estimated(len(question.prompt.system) + len(question.prompt.user))
            cost = self._price(usage) if self._price else 0.0
            spent += type(spent)(1, usage.prompt_tokens + usage.answer_tokens, cost)
        return Tally(
            incidents=self._asked,
            cached=sum(len(question.members) for question in self._questions if question.key in self._kept),
            shared=sum(len(question.members) - 1 for question in asked),
            spent=spent,
            is_plan=True,
            is_priced=self._price is not None,
        )

    def _question(self, index: int, incident: Incident) -> _Question:
        settings = self._settings
        redactor = Redactor.for_incident(incident, anonymize=settings.masks_names_for(self._provider.address))
        prompt = build_prompt(
            incident, redactor, language=settings.language, form=self._form, audience=settings.audience, templates=settings.templates
        )
        if settings.show_prompt is not None:
            settings.show_prompt(prompt)
        names = Names(prompt.user, _throw_away_names(incident))
        key = answer_key(
            backend=self._provider.backend,
            model=self._provider.model,
            language=self._settings.language,
            system=f"{PROMPT_VERSION}\n{prompt.system}",
            user=prompt.user,
            names=names,
        )
        return _Question(key, prompt, names, [(index, incident, redactor)])

    async def _look_up(self, question: _Question) -> None:
        if self._cache is None:
            return
        held = await asyncio.to_thread(self._cache.load, question.key)
        text = question.names.tell(held) if held else None
        if text and self._is_worth_keeping(text, question):
            self._kept[question.key] = text

    async def _ask(self, question: _Question, on_draft: OnDraft, on_done: OnDone) -> None:
        usage = ExplanationUsage(cached=True)
        text = self._kept.get(question.key)
        if text is None:
            async with self._gate:
                text, usage = await self._answer(question, on_draft)
        for place, (index, incident, redactor) in enumerate(question.members):
            taken = usage if place == 0 else ExplanationUsage(cached=True)
            on_done(index, self._explanation(text, incident, redactor, taken) if text else None)

    async def _answer(self, question: _Question, on_draft: OnDraft) -> tuple[str | None, ExplanationUsage]:
        """What the model says to a prompt, in a form that can be used; None where it does not, which is noted."""
        begun = asyncio.get_running_loop().time()
        members = len(question.members)
        try:
            answer, usage = await self._usable(question, on_draft)
        except _LeftOut as reason:
            self._left_out += members
            self._refusal = self._refusal or str(reason)
            return None, ExplanationUsage()
        except ProviderFailed as error:
            self._record(error, members)
            return None, ExplanationUsage()
        except Exception as error:  # noqa: BLE001  # an answer is hostile input; what it breaks is one incident's explanation
            self._record(ProviderFailed(f"an answer of {self.source} could not be read ({type(error).__name__})"), members)
            return None, ExplanationUsage()
        self._in_a_row = 0
        if self._cache is not None and self._is_worth_keeping(answer.text, question):
            await asyncio.to_thread(self._cache.store, question.key, question.names.hold(answer.text), self.source)
        seconds = asyncio.get_running_loop().time() - begun
        return answer.text, msgspec.structs.replace(usage, seconds=round(seconds, 3))

    def _is_worth_keeping(self, text: str, question: _Question) -> bool:
        """Whether an answer is whole and stood the check: one that was cut, or said nothing that holds, is asked for again next time."""
        _index, incident, redactor = question.members[0]
        explanation = self._explanation(text, incident, redactor, None)
        return explanation is not None and explanation.source == self.source and is_whole(text)

    async def _usable(self, question: _Question, on_draft: OnDraft) -> tuple[Answer, ExplanationUsage]:
        """One answer that says something. Raises _LeftOut and ProviderFailed."""
        answer, usage = await self._call(question, on_draft)
        _index, incident, redactor = question.members[0]
        if self._explanation(answer.text, incident, redactor, None) is None:
            raise ProviderFailed(f"the answer of the backend {self._provider.backend} ({self._provider.model}) could not be used")
        return answer, usage

    async def _call(self, question: _Question, on_draft: OnDraft) -> tuple[Answer, ExplanationUsage]:
        """One answer, asked for again where the backend is busy, or takes no schema. Raises _LeftOut and ProviderFailed."""
        attempt = 0
        while True:
            if self._gave_up:
                raise _LeftOut("the backend failed")
            await self._keep_pause()
            had_schema = self._takes_schema is not False
            try:
                return await self._paid(question, on_draft)
            except SchemaRefused:
                if not had_schema or self._takes_schema:  # it is not the schema then
                    raise
                self._takes_schema = False
            except ProviderBusy as busy:
                attempt += 1
                wait = busy.retry_after if busy.retry_after is not None else 2.0 ** (attempt - 1)
                if attempt >= ATTEMPTS or wait > PATIENCE:
                    raise
                self._pause = max(self._pause, asyncio.get_running_loop().time() + wait)

    async def _paid(self, question: _Question, on_draft: OnDraft) -> tuple[Answer, ExplanationUsage]:
        """One answer, and what it took of the budget. Raises _LeftOut where that has none left, and ProviderFailed."""
        length = len(question.prompt.system) + len(question.prompt.user)
        share, refusal = self._budget.reserve(estimated(length), self._price)
        if refusal:
            raise _LeftOut(refusal)
        try:
            answer = await self._listen(question, on_draft)
        except SchemaRefused:
            self._budget.give_back(share)
            raise
        except BaseException:
            self._budget.settle(share, None, self._price)
            raise
        used = answer.usage or estimated(length, len(answer.text))
        cost = self._budget.settle(share, used, self._price).cost
        return answer, ExplanationUsage(
            prompt_tokens=used.prompt_tokens, answer_tokens=used.answer_tokens, cost=cost if self._price else None
        )

    async def _keep_pause(self) -> None:
        """Wait as long as the backend asked us to; whoever is told, all wait."""
        wait = self._pause - asyncio.get_running_loop().time()
        if wait > 0:
            await self._sleep(wait)

    async def _listen(self, question: _Question, on_draft: OnDraft) -> Answer:
        """Hear an answer to its end, and tell what of it stands already."""
        index, incident, redactor = question.members[0]
        heard: list[str] = []
        length = 0

        def on_text(piece: str) -> None:
            nonlocal length
            heard.append(piece)
            length += len(piece)
            if length > MAX_ANSWER:
                raise ProviderFailed(f"{self.source} does not stop answering: more than {MAX_ANSWER} characters")
            if any(mark in piece for mark in '"\n]') and (part := standing_part("".join(heard))):
                draft = self._explanation(part, incident, redactor, None)
                if draft is not None and draft.source == self.source:  # and no playbook in its place
                    on_draft(index, draft)

        prompt = msgspec.structs.replace(question.prompt, schema=None) if self._takes_schema is False else question.prompt
        answer = await self._provider.answer(prompt, on_text if self._settings.streams else None)
        self._takes_schema = True if prompt.schema is not None else self._takes_schema
        return Answer(answer.text[:MAX_ANSWER], answer.usage)

    def _explanation(self, text: str, incident: Incident, redactor: Redactor, usage: ExplanationUsage | None) -> Explanation | None:
        """The explanation in a model's text, None when it says nothing. Where nothing of it stands the check, the playbook's, saying so."""
        answer = parse_answer(text)
        if answer is None:
            return None
        checked = check_answer(answer.map(redactor.unmask), incident, self._facts, self._settings.language)
        kept = checked.answer
        if not checked.holds or not (kept.summary or kept.steps):
            held = unheld(incident.explanations[-1], self.source, checked.dropped, self._settings.language)
            return msgspec.structs.replace(held, usage=usage)
        return Explanation(
            source=self.source,
            language=_language_code(self._settings.language),
            summary=kept.summary or kept.steps[0],
            steps=kept.steps,
            commands=kept.commands,
            citations=kept.citations,
            dropped=checked.dropped,
            usage=usage,
        )

    def _record(self, error: ProviderFailed, members: int) -> None:
        self._failures += members
        self._in_a_row += 1
        if self._failure is None or (isinstance(error, ProviderRefused) and not isinstance(self._failure, ProviderRefused)):
            self._failure = error
        # Who is busy after all our patience will not be less so for the next question.
        self._refused = self._refused or isinstance(error, ProviderRefused | ProviderBusy)


def _throw_away_names(incident: Incident) -> list[str]:
    """The names of pods, and of what makes them for a while."""
    refs = [incident.root_cause.observed, *(piece.ref for piece in incident.evidence), *(symptom.subject for symptom in incident.symptoms)]
    refs += [*incident.affected, *(excerpt.ref for excerpt in incident.dossier.excerpts)]
    return list(dict.fromkeys(ref.name for ref in refs if ref.kind in ("Pod", "ReplicaSet", "Job")))


def _language_code(language: str) -> str:
    if is_chinese(language):
        return "zh"
    return "en" if language.strip().lower() in ("", "english", "en") else clean_line(language, 40)
