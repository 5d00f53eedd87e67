"""analyzers: the rules and what runs them. Law: pure; `inventory.now` is the only clock."""

from kubedx.analyzers.catalogue import RETIRED, catalogue, filters
from kubedx.analyzers.rule import Ask, AskLog, AskPresence, AskValues, Hit, Outcome, Rule, rule
from kubedx.analyzers.runner import Judged, Judgement, Pair, judge, judge_again

__all__ = [
    "RETIRED",
    "Ask",
    "AskLog",
    "AskPresence",
    "AskValues",
    "Hit",
    "Judged",
    "Judgement",
    "Outcome",
    "Pair",
    "Rule",
    "catalogue",
    "filters",
    "judge",
    "judge_again",
    "rule",
]
