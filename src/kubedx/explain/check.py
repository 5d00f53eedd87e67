"""The check of a model's answer: what cites or names what does not exist is left out and counted, what harms gets its warning."""

import re
from collections.abc import Callable, Iterable

import msgspec

from kubedx.explain.answer import Answer, commands_in
from kubedx.explain.commands import kind_of_word
from kubedx.explain.language import is_chinese
from kubedx.explain.standing import CommandJudge, Standing
from kubedx.findings import Explanation, Facts, Incident
from kubedx.kube import pattern_of

_CITED = pattern_of(r"\s*[\[(](e\d{1,4}(?:\s*[,;、]\s*e\d{1,4})*)[\])]")
_NAMED = pattern_of(
    r"(?=\b(?P<kind>[A-Za-z]{2,40})(?P<between>/| +)(?P<quote>[\"'`]?)"
    r"(?:(?P<namespace>[a-z0-9][a-z0-9-]*)/)?(?P<name>[a-z0-9][a-z0-9.-]*[a-z0-9])(?P=quote))"
)
_URL = pattern_of(r"!?\[[^\]\n]{0,200}\]\(\s*[^)\s]{1,2000}[^)\n]{0,200}\)|\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>`)\]]+", re.IGNORECASE)
_ADDRESS = pattern_of(r"[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>`)\]]+", re.IGNORECASE)
_SENTENCE = pattern_of(r"(?<=[.!?]\s)(?=\S)|(?<=[。！？])(?=\S)")

_WORDS = {
    "en": {
        "careful": "Careful, this deletes, stops or grants something; make sure that it is what you want:",
        "example": "For example, with your own values filled in:",
        "unheld": "Nothing that {source} answered stood the check against the cluster ({dropped} claims dropped); this is the playbook's.",
    },
    "zh": {
        "careful": "注意：以下命令会删除、停止或授权，执行前请确认：",
        "example": "示例，请填入实际的值：",
        "unheld": "{source} 的回答未通过与集群的核对（已去除 {dropped} 处），以下为内置手册的建议。",
    },
}


class Checked(msgspec.Struct, frozen=True):
    """The answer that stood the check, and how many of its claims did not. `holds`: something of it rests on the incident."""

    answer: Answer
    dropped: int
    holds: bool = True


def check_answer(answer: Answer, incident: Incident, facts: Facts, language: str = "english") -> Checked:
    """Drop and count what the answer cites or names and what does not exist; put warnings before what harms.

    A citation must be the id of a piece of the incident's evidence, in the list and in the text. A command that cannot be understood,
    that names an object which certainly does not exist, or leads elsewhere, goes with its step. One that deletes, stops or grants
    moves into the steps, under a warning; so does one with blanks or with names of which nothing is known, as an example. A sentence
    of the summary goes when it speaks of an object that certainly does not exist.
    """
    return _Check(incident, facts, language).checked(answer)


def unheld(playbook: Explanation, source: str, dropped: int, language: str) -> Explanation:
    """The playbook's explanation, saying that nothing of a model's answer stood the check."""
    line = _words(language)["unheld"].format(source=source, dropped=dropped)
    return msgspec.structs.replace(playbook, summary=f"{playbook.summary} {line}", dropped=dropped)


class _Check:
    def __init__(self, incident: Incident, facts: Facts, language: str) -> None:
        self._judge = CommandJudge(incident, facts)
        self._known = {piece.id for piece in incident.evidence if piece.id}
        self._namespace = incident.root_cause.subject.namespace
        self._words = _words(language)
        self._dropped = 0

    def checked(self, answer: Answer) -> Checked:
        citations = tuple(self._kept(dict.fromkeys(answer.citations), lambda cited: cited in self._known))
        summary = self._summary(answer.summary)
        steps, commands, moved = self._steps(answer.steps), [], []
        shown = "\n".join(steps)
        for command in answer.commands:
            standing = self._judge.standing(command)
            if standing is Standing.STANDS:
                commands.append(command)
            elif standing is Standing.FALLS:
                self._dropped += 1
            elif command not in shown:
                moved.append(f"{self._warning(standing)}\n{command}")
        steps += moved
        holds = bool(steps or commands or citations) and bool(summary or steps)
        return Checked(Answer(summary, tuple(steps), tuple(commands), citations), self._dropped, holds)

    def _kept(self, items: Iterable[str], holds: Callable[[str], bool]) -> list[str]:
        kept = []
        for item in items:
            if holds(item):
                kept.append(item)
            else:
                self._dropped += 1
        return kept

    def _summary(self, text: str) -> str:
        if not text:
            return ""
        return "".join(self._plain(sentence).lstrip() for sentence in self._kept(_SENTENCE.split(text), self._may_stand)).strip()

    def _may_stand(self, sentence: str) -> bool:
        return self._names_what_is_there(sentence) and self._judge.of_prose(sentence) is Standing.STANDS

    def _steps(self, steps: Iterable[str]) -> list[str]:
        kept = []
        for step in steps:
            standing = max((self._judge.of_prose(step), *(self._judge.standing(command) for command in commands_in(step))))
            if standing is Standing.FALLS or not self._names_what_is_there(step):
                self._dropped += 1
            elif standing is Standing.STANDS:
                kept.append(self._plain(step).strip())
            else:
                kept.append(f"{self._warning(standing)}\n{self._plain(step).strip()}")
        return [step for step in kept if step]

    def _warning(self, standing: Standing) -> str:
        return self._words["careful" if standing is Standing.CAREFUL else "example"]

    def _names_what_is_there(self, text: str) -> bool:
        """Whether the objects that a sentence names (`Deployment shop/cart`, `secret "db"`) may exist."""
        for match in _NAMED.finditer(text):
            kind = kind_of_word(match["kind"])
            sure = match["quote"] or match["namespace"] or match["between"] == "/"
            namespace = match["namespace"] or self._namespace
            if kind and sure and (namespace or not kind.namespaced) and self._judge.is_absent(kind.ref(namespace, match["name"])):
                return False
        return True

    def _plain(self, text: str) -> str:
        """The text without citations of nothing and without addresses that lead elsewhere."""
        return _URL.sub(self._link, _CITED.sub(self._citation, text))

    def _citation(self, match: re.Match[str]) -> str:
        if set(re.findall(r"e\d+", match[1])) <= self._known:
            return match[0]
        self._dropped += 1
        return ""

    def _link(self, match: re.Match[str]) -> str:
        address = _ADDRESS.search(match[0])
        if address and not match[0].startswith("!") and self._judge.knows_host(address[0]):
            return match[0]
        if not address and not match[0].startswith("!"):
            return match[0]
        self._dropped += 1
        return re.sub(r"^!?\[([^\]]*)\].*", r"\1", match[0]) if match[0].startswith(("!", "[")) else "[…]"


def _words(language: str) -> dict[str, str]:
    return _WORDS["zh" if is_chinese(language) else "en"]
