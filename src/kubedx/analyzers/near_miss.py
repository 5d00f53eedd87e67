"""Near misses: the name that was probably meant where one does not exist."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from kubedx.analyzers.memo import once_per_inventory
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Ref

MAX_CANDIDATES = 2000
"""Names that are compared at most; in a larger crowd a likeness means little."""

MEMORY = 32 * MAX_CANDIDATES
"""Words, and pairs of them, whose comparison is remembered: keys of labels come again and again."""

MIN_SLIP = 4
"""Letters that a word has before one of them may be a slip: of shorter ones (`api`, `app`) too many are one letter
apart. Letters that have changed places are always a slip."""

MIN_PREFIX = 2
"""Letters that a name shares with a longer one before the two are taken for kin."""

MOST_SAID = 2
"""Candidates as near as each other that are said; of more, none is worth a thought."""

T = TypeVar("T")

_KIN = 4
"""The rank of words that share whole words, behind all slips."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was probably meant by a word which is none of them; None when none is near, or several are as near.

    Near is, in this order: another case or separator; singular for plural; one letter off, or two in a word of six or more (swapped
    neighbours count as one); a whole run of words more or less (`db` for `db-credentials`, `cart-api` for `cart`).
    """
    best = _nearest(word, candidates)
    return best[0] if len(best) == 1 else None


def nearest_few(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidate that was probably meant, or two where the second is as near; none where more are, or none is near."""
    best = _nearest(word, candidates)
    return tuple(best) if len(best) <= MOST_SAID else ()


def slips(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates of which a word may be a slip of the pen, the nearest first: `nearest` without those that only share words with it."""
    ranked = ((rank, candidate) for candidate in sorted(set(candidates))[:MAX_CANDIDATES] if (rank := _rank(word, candidate)) is not None)
    return tuple(candidate for rank, candidate in sorted(ranked) if rank < _KIN)


def _nearest(word: str, candidates: Iterable[str]) -> list[str]:
    """The nearest candidates, all as near as each other, in order."""
    ranked: dict[int, list[str]] = {}
    for candidate in sorted(set(candidates))[:MAX_CANDIDATES]:
        rank = _rank(word, candidate)
        if rank is not None:
            ranked.setdefault(rank, []).append(candidate)
    return ranked[min(ranked)] if ranked else []


def nearest_object(inventory: Inventory, kind: type[KubeObject], namespace: str, name: str) -> Ref | None:
    """The object that was probably meant: one of nearly that name in the namespace, or else one of that very name in a single other one."""
    return only(nearest_objects(inventory, kind, namespace, name))


@once_per_inventory
def nearest_objects(inventory: Inventory, kind: type[KubeObject], namespace: str, name: str) -> tuple[Ref, ...]:
    """The same; two where the second is as near. Both are said then, and neither is taken for what was meant."""
    here = _names_in(inventory, kind, namespace if kind.KIND.namespaced else None)
    near = _nearest(name, here)
    if near:
        return tuple(here[one] for one in near) if len(near) <= MOST_SAID else ()
    if not kind.KIND.namespaced:
        return ()
    elsewhere = tuple(ref for ref in _by_name(inventory, kind).get(name, ()) if ref.namespace != namespace)
    return elsewhere if len(elsewhere) <= MOST_SAID else ()


def only(near: Sequence[T]) -> T | None:
    """The only one of what is near: it was probably meant. None where two are as near."""
    return near[0] if len(near) == 1 else None


@once_per_inventory
def _names_in(inventory: Inventory, kind: type[KubeObject], namespace: str | None) -> dict[str, Ref]:
    return {one.name: one.ref for one in inventory.list(kind, namespace)}


@once_per_inventory
def _by_name(inventory: Inventory, kind: type[KubeObject]) -> dict[str, list[Ref]]:
    named: dict[str, list[Ref]] = {}
    for one in inventory.list(kind):
        named.setdefault(one.name, []).append(one.ref)
    return named


def describe_nearest(near: Sequence[Ref] | Ref | None, namespace: str) -> str:
    """A clause for a message: `; did you mean "db" in this namespace?`; of elsewhere: `; there is one in namespace "b"`."""
    refs = () if near is None else (near,) if isinstance(near, Ref) else near
    if not refs:
        return ""
    if refs[0].namespace and refs[0].namespace != namespace:
        places = " and ".join(f'namespace "{ref.namespace}"' for ref in refs)
        return f"; there is one in {places}"
    return did_you_mean([ref.name for ref in refs], here=bool(refs[0].namespace))


def did_you_mean(near: Sequence[str] | str | None, *, here: bool = False) -> str:
    """A clause for a message: `; did you mean "dsn"?`, of two that are as near `"dsn" or "dns"`; empty when nothing is near."""
    names = [near] if isinstance(near, str) else list(near or ())
    told = " or ".join(f'"{name}"' for name in names if name)
    return f"; did you mean {told}{' in this namespace' if here else ''}?" if told else ""


@lru_cache(maxsize=MEMORY)
def _rank(word: str, candidate: str) -> int | None:
    """How far apart two words are; None when they are not alike."""
    if word == candidate or not word or not candidate:
        return None
    one, other = _plain(word), _plain(candidate)
    if one == other:
        return 0
    if one.rstrip("s") == other.rstrip("s"):
        return 1
    allowed = 2 if max(len(one), len(other)) >= 6 else 1
    distance = _distance(one, other, allowed) if len(one) >= MIN_SLIP or sorted(one) == sorted(other) else None
    rank = 1 + distance if distance is not None else _KIN if _is_part(word, candidate) else None
    # A different number is a different thing (db-1, db-2; v1, v2), not a slip.
    return None if rank is None or _differ_in_digits(one, other) else rank


@lru_cache(maxsize=MEMORY)
def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


@lru_cache(maxsize=MEMORY)
def _letters(word: str) -> frozenset[str]:
    return frozenset(word)


def _differ_in_digits(one: str, other: str) -> bool:
    letters = ["".join(letter for letter in word if not letter.isdigit()) for word in (one, other)]
    return letters[0] == letters[1]


def _is_part(word: str, candidate: str) -> bool:
    """Whether one is the other with whole words before or after it, or both begin alike and differ in their last word."""
    shorter, longer = sorted((_words(word), _words(candidate)), key=len)
    size = len(shorter)
    if sum(len(part) for part in shorter) < MIN_PREFIX and size == 1:
        return False
    if size < len(longer):
        return longer[:size] == shorter or longer[-size:] == shorter
    return size > 1 and longer[:-1] == shorter[:-1]


@lru_cache(maxsize=MEMORY)
def _words(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def _distance(one: str, other: str, limit: int) -> int | None:
    """The edits (a letter more, less or other, two neighbours swapped) between two words; None when more than `limit`."""
    # An edit changes one letter for another at most, so this sorts out nearly all words at once.
    if abs(len(one) - len(other)) > limit or len(_letters(one) ^ _letters(other)) > 2 * limit:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, another in enumerate(other, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        if min(following) > limit:
            return None
        before, row = row, following
    return row[-1] if row[-1] <= limit else None
