"""An incident explained by the playbook."""

from collections.abc import Iterable

from kubedx.explain.clean import clean_line
from kubedx.explain.language import is_chinese
from kubedx.explain.playbook.entry import Advice, Step, entry_for
from kubedx.explain.playbook.fill import MAX_VALUE, fill_command, fill_text, words_of
from kubedx.findings import Explanation, Incident, RootCause
from kubedx.kube import pattern_of

SOURCE = "playbook"

_CHANGES_TEMPLATE = pattern_of(r" (edit|set \w+) statefulset[ /]")
_DELETE_POD = Step(
    "Then delete the pod {pod}: a StatefulSet does not replace a pod that was never ready.", "kubectl -n {namespace} delete pod {pod}"
)
_DELETE_POD_ZH = Step("然后删除 Pod {pod}：StatefulSet 不会替换从未就绪的 Pod。", _DELETE_POD.command)


def explain_by_playbook(incident: Incident, language: str = "english", *, value_limit: int = MAX_VALUE) -> Explanation:
    """What the playbook says of an incident, in Chinese when that is the language, else in English.

    A step that has a command bears it on a line of its own after its text. `commands` are all commands, the one to
    type first in front. Citations are the root cause's evidence, which the advice rests on. `value_limit` is how many
    characters of a value a sentence shows, 0 for all.
    """
    chinese = is_chinese(language)
    entry = entry_for(incident.root_cause)
    advice = entry.zh if chinese else entry.en
    words = words_of(incident.root_cause)
    planned = (*advice.steps, *_after_a_change(incident.root_cause, advice, words, _DELETE_POD_ZH if chinese else _DELETE_POD))
    steps = _steps(planned, words, value_limit)
    commands = [fill_command(command, words) for command in (*advice.commands, *(step.command for step in planned))]
    return Explanation(
        source=SOURCE,
        language="zh" if chinese else "en",
        summary=_summary(advice, words, value_limit),
        steps=steps,
        commands=tuple(dict.fromkeys(command for command in commands if command)),
        citations=tuple(piece.id for piece in incident.root_cause.evidence if piece.id),
    )


def _summary(advice: Advice, words: dict[str, str], limit: int) -> str:
    for sentence in advice.cause:
        filled = fill_text(sentence, words, limit)
        if filled:
            return filled
    return clean_line(f"{words.get('subject', '')}: {words.get('message', '')}")


def _after_a_change(root_cause: RootCause, advice: Advice, words: dict[str, str], step: Step) -> tuple[Step, ...]:
    """What a corrected template needs besides, where a StatefulSet waits for the broken pod before it replaces it.

    https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
    """
    if root_cause.subject.kind != "StatefulSet" or root_cause.observed.kind != "Pod":
        return ()
    commands = (fill_command(planned.command, words) for planned in advice.steps)
    return (step,) if any(_CHANGES_TEMPLATE.search(command) for command in commands) else ()


def _steps(planned: Iterable[Step], words: dict[str, str], limit: int) -> tuple[str, ...]:
    steps = []
    for step in planned:
        text, command = fill_text(step.text, words, limit), fill_command(step.command, words)
        if text:
            steps.append(f"{text}\n{command}" if command else text)
    return tuple(steps)
