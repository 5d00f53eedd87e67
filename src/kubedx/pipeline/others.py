"""Who judges beside our own rules, and how what they say joins what the rules say."""

from typing import Protocol

import msgspec

from kubedx.analyzers import Judged, Judgement, Pair
from kubedx.findings import Finding, RuleCrash, Skip
from kubedx.inventory import Inventory
from kubedx.kube import Kind

OTHERS = "custom/"
"""What the codes of others' findings begin with. Whoever asks for others wants to hear them, whatever the filters."""


class Opinions(msgspec.Struct, frozen=True):
    """What others than our rules found, and what they could not judge."""

    findings: tuple[Finding, ...] = ()
    skips: tuple[Skip, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()


class Others(Protocol):
    """Who else is asked for findings: custom analyzers, rules that users declare. `kinds` are to be read for them."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What they look at."""
        ...

    def judge(self, inventory: Inventory) -> Opinions:
        """Never raises; who does not answer is a skip."""
        ...


def joined(judgement: Judgement, opinions: Opinions) -> Judgement:
    """The judgement with what others say, as if rules had said it."""
    judged = dict(judgement.judged)
    for finding in opinions.findings:
        pair = Pair(finding.code, finding.subject)
        judged[pair] = Judged((*(judged[pair].findings if pair in judged else ()), finding))
    for crash in opinions.crashes:
        judged[Pair(crash.code, crash.ref)] = Judged(crash=crash)
    return Judgement(judged, (*judgement.skips, *opinions.skips))
