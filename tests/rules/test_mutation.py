"""Fixtures are worth something: where a rule is broken, one of them notices. `scripts/mutate-rules` does this for every rule."""

import ast

import pytest

from rules.mutation import mutants, mutate

SAMPLE = ("config-map-empty", "cluster-extension-not-installed", "binding-grants-everything", "warning-repeats", "scaled-object-not-ready")

SOURCE = """
if a == 1 and not b:
    return_ = 2 if c else 3
for one in d:
    if one:
        continue
"""


def test_each_condition_is_changed_in_each_way() -> None:
    found = list(mutants(ast.parse(SOURCE)))
    assert sorted(mutant.words.partition(": ")[2] for mutant in found) == [
        "and swapped: a == 1 and (not b)",
        "comparison turned around: a == 1",
        "either or: c",
        "guard dropped: one",
        "if turned around: a == 1 and (not b)",
        "if turned around: one",
        "not dropped: not b",
    ]
    assert len({ast.unparse(mutant.tree) for mutant in found}) == len(found)


@pytest.mark.parametrize("code", SAMPLE)
def test_every_mutant_of_a_sample_is_noticed(code: str) -> None:
    verdict = mutate(code)
    assert verdict.made > 1
    assert verdict.survivors == ()
