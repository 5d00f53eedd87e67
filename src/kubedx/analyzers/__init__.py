"""analyzers: the rules and what runs them. Law: pure; `inventory.now` is the only clock."""

from kubedx.analyzers.access import Access, Right, access
from kubedx.analyzers.answers import worth_answering
from kubedx.analyzers.catalogue import RETIRED, catalogue, filters
from kubedx.analyzers.relevance import kinds_of, reads_custom_resources, relevant
from kubedx.analyzers.rule import Ask, AskLog, AskPresence, AskValues, Hit, Outcome, Rule, rule
from kubedx.analyzers.runner import Judged, Judgement, Pair, judge, judge_again

__all__ = [
    "RETIRED",
    "Access",
    "Ask",
    "AskLog",
    "AskPresence",
    "AskValues",
    "Hit",
    "Judged",
    "Judgement",
    "Outcome",
    "Pair",
    "Right",
    "Rule",
    "access",
    "catalogue",
    "filters",
    "judge",
    "judge_again",
    "kinds_of",
    "reads_custom_resources",
    "relevant",
    "rule",
    "worth_answering",
]
