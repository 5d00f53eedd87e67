"""Fixtures are worth something: where a rule is broken, one of them notices. `scripts/mutate-rules` does this for every rule."""

import ast

import pytest

from rules.mutants import mutants
from rules.mutation import module_of, modules, mutate

SAMPLE = ("config-map-empty", "cluster-extension-not-installed", "scaled-object-target-absent", "scaled-object-not-ready")

SOURCE = """
LIMIT = timedelta(minutes=5)
if a == 1 and not b:
    return_ = 2 if c else 3
for one in [d for d in e if d.ready]:
    if not one:
        continue
name = one.name or "nobody"
"""


def test_each_condition_is_changed_in_each_way() -> None:
    found = list(mutants(ast.parse(SOURCE)))
    assert {mutant.words for mutant in found} == {
        "line 3: if turned around: a == 1 and (not b)",
        "line 2: number tenfold: 5",
        "line 2: number to nothing: 5",
        "line 3: and swapped: a == 1 and (not b)",
        "line 6: if turned around: not one",
        "line 6: guard dropped: not one",
        "line 3: comparison turned around: a == 1",
        "line 3: not dropped: not b",
        "line 4: either or: c",
        "line 5: filter turned around: d.ready",
        "line 5: filter dropped: d.ready",
        "line 3: number tenfold: 1",
        "line 3: number to nothing: 1",
    }
    assert len({ast.unparse(mutant.tree) for mutant in found}) == len(found)


@pytest.mark.parametrize("code", SAMPLE)
def test_every_mutant_of_a_sample_is_noticed(code: str) -> None:
    verdict = mutate(module_of(code))
    assert verdict.made > 1
    assert (verdict.survivors, verdict.not_executed, verdict.needless_reasons) == ((), (), ())


def test_what_rules_share_is_mutated_too() -> None:
    shared = next(name for name in modules() if name.endswith(".olm._progress"))
    verdict = mutate(shared)
    assert verdict.noticed > 1
