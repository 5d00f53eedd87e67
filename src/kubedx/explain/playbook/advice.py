"""An incident explained by the playbook."""

from kubedx.explain.clean import clean_line
from kubedx.explain.language import is_chinese
from kubedx.explain.playbook.entry import Advice, entry_for
from kubedx.explain.playbook.fill import MAX_VALUE, fill_command, fill_text, words_of
from kubedx.findings import Explanation, Incident

SOURCE = "playbook"


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
    steps = _steps(advice, words, value_limit)
    commands = [fill_command(command, words) for command in (*advice.commands, *(step.command for step in advice.steps))]
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


def _steps(advice: Advice, words: dict[str, str], limit: int) -> tuple[str, ...]:
    steps = []
    for step in advice.steps:
        text, command = fill_text(step.text, words, limit), fill_command(step.command, words)
        if text:
            steps.append(f"{text}\n{command}" if command else text)
    return tuple(steps)
