"""Stand-ins for words, which keep what rules see in names: their order, which are alike, and which only differ in a number.

* Words sort like the words they stand for, so whatever is decided by name is decided alike. (So a stand-in tells about where in
  the alphabet its word stood.)
* Words that are a slip apart (`parcels`, `parcles`) have stand-ins that are a slip apart; all others differ in at least five
  letters: they are words of a Reed-Solomon code over GF(13), whose letters are drawn by turns from two alphabets that share none,
  so that shifting one by a letter makes it no more alike.
* A plural has the plural of its singular's stand-in.
* What a controller appended at random (`x2x4z`) becomes something as random to look at, of the same length.

https://en.wikipedia.org/wiki/Reed%E2%80%93Solomon_error_correction
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

_FIELD = 13
_PARITY = 4
_ALPHABETS = ("acegikmoqsuwy", "bdfhjlnprtvxz")
# The letters that Kubernetes makes random names of (k8s.io/apimachinery/pkg/util/rand).
_RANDOM = "2456789bcdfghjklmnpqrstvwxz"
_RANDOM_DIGITS = 5
_ALIKE = 3
"""Letters from which on a slip counts as one."""
_LONG = 6
"""Letters from which on two slips do."""


def word_stand_ins(words: Collection[str], kept: Collection[str], avoid: Collection[str]) -> dict[str, str]:
    """A stand-in for each word, in lower case. They sort among the words that are `kept`, and never are a word to `avoid`."""
    plurals = {word: word[:-1] for word in words if word.endswith("s") and word[:-1] in words}
    singular = sorted(set(words) - plurals.keys())
    families = _families(singular)
    heads = sorted({families[word] for word in singular})
    codes = _codes(heads, sorted(kept), frozenset(avoid))
    found: dict[str, str] = {}
    members: defaultdict[str, list[str]] = defaultdict(list)
    for word in singular:
        members[families[word]].append(word)
    taken = set(codes.values()) | set(avoid)
    for head in heads:
        found[head] = codes[head]
        for word in members[head]:
            if word != head:
                found[word] = _variant(codes[head], 1 if _distance_one(head, word) else 2, taken)
                taken.add(found[word])
    for word in sorted(plurals):
        found[word] = f"{_of_singular(plurals[word], plurals, found)}s"
    return found


def random_stand_ins(words: Collection[str], avoid: Collection[str]) -> dict[str, str]:
    """Stand-ins for what was made at random, in the same order; of the same length from five letters on."""
    ordered = sorted(words)
    forbidden = set(avoid) | set(ordered)
    step = max(1, len(_RANDOM) ** _RANDOM_DIGITS // (2 * len(ordered) + 2))
    found, number = {}, 0
    for word in ordered:
        number += step
        while (code := _random_code(number, len(word))) in forbidden:
            number += 1
        found[word] = code
    return found


def _of_singular(word: str, plurals: Mapping[str, str], found: Mapping[str, str]) -> str:
    return found[word] if word in found else f"{_of_singular(plurals[word], plurals, found)}s"


def _random_code(number: int, length: int) -> str:
    letters = []
    for _ in range(_RANDOM_DIGITS):
        number, digit = divmod(number, len(_RANDOM))
        letters.append(_RANDOM[digit])
    return "".join(reversed(letters)).ljust(length, _RANDOM[-1])


def _codes(heads: Iterable[str], kept: list[str], avoid: frozenset[str]) -> dict[str, str]:
    """Code words in the order of the heads, each on the same side of the kept words as its head while there is room."""
    heads = list(heads)
    size = 2
    # Half of the room is for skipping what is to be avoided and what lies behind kept words.
    while _FIELD**size < 4 * (len(heads) + len(avoid)) + _FIELD * (len(kept) + 1):
        size += 1
    codes: dict[str, str] = {}
    number, waiting = 0, list(kept)
    last = _FIELD**size - len(heads)
    for place, head in enumerate(heads):
        while waiting and waiting[0] < head:
            number = max(number, min(_first_after(waiting.pop(0), size), last + place))
        while (code := _code(number, size)) in avoid:
            number += 1
        codes[head] = code
        number += 1
    return codes


def _first_after(word: str, size: int) -> int:
    """The first number whose code sorts after a word."""
    low, high = 0, _FIELD**size
    while low < high:
        middle = (low + high) // 2
        if _code(middle, size) > word:
            high = middle
        else:
            low = middle + 1
    return low


def _code(number: int, size: int) -> str:
    """The code word of a number: its digits, then the values of the polynomial through them at further points."""
    digits = [number // _FIELD**place % _FIELD for place in reversed(range(size))]
    digits += [_interpolated(digits, point) for point in range(size, size + _PARITY)]
    return "".join(_ALPHABETS[place % 2][digit] for place, digit in enumerate(digits))


def _interpolated(values: list[int], point: int) -> int:
    """The value at a point of the polynomial that has these values at 0, 1, 2 … (Lagrange, in GF(13))."""
    total = 0
    for place, value in enumerate(values):
        numerator = denominator = 1
        for other in range(len(values)):
            if other != place:
                numerator = numerator * (point - other) % _FIELD
                denominator = denominator * (place - other) % _FIELD
        total += value * numerator * pow(denominator, -1, _FIELD)
    return total % _FIELD


def _variant(code: str, slips: int, taken: Collection[str]) -> str:
    """A word that is so many letters away from a code word: its last ones are others."""
    place = len(code) - slips
    last, before = _ALPHABETS[(len(code) - 1) % 2], _ALPHABETS[place % 2]
    for first in before if slips > 1 else code[place]:
        for second in last:
            found = f"{code[:place]}{first}{second}" if slips > 1 else f"{code[:-1]}{second}"
            if found not in taken and second != code[-1] and (slips == 1 or first != code[place]):
                return found
    return f"{code}{len(taken)}"


def _families(words: list[str]) -> dict[str, str]:
    """The head of each word's family: the words that are a slip away from it, or two where they are long."""
    heads: dict[str, str] = {}
    by_rest: defaultdict[str, list[str]] = defaultdict(list)
    for word in words:
        for rest in _rests(word):
            by_rest[rest].append(word)
    for word in words:
        if word in heads:
            continue
        heads[word] = word
        near = {other for rest in _rests(word) for other in by_rest[rest]}
        for other in sorted(near):
            if other not in heads and _are_alike(word, other):
                heads[other] = word
    return heads


def _rests(word: str) -> Iterator[str]:
    """What is left of a word without some of its letters: words that are alike share such a rest."""
    if len(word) < _ALIKE or len(word) > 40 or not word.isalpha():
        return
    yield word
    singles = {word[:at] + word[at + 1 :] for at in range(len(word))}
    yield from singles
    if len(word) >= _LONG - 1:
        yield from {single[:at] + single[at + 1 :] for single in singles for at in range(len(single))} - singles


def _are_alike(one: str, other: str) -> bool:
    if _distance_one(one, other):
        return True
    return max(len(one), len(other)) >= _LONG and _distance(one, other) <= 2


def _distance_one(one: str, other: str) -> bool:
    return _distance(one, other) == 1


def _distance(one: str, other: str) -> int:
    """Letters more, less or other, and neighbours swapped (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        following = [i]
        for j, another in enumerate(other, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (letter != another))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == another:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]
