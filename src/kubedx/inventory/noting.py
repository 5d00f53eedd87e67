"""An inventory that notes what is asked of it, so that one can tell whom a change concerns."""

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar, cast

import msgspec

from kubedx.inventory.inventory import ONCE, Inventory
from kubedx.inventory.snapshot import UNTYPED
from kubedx.kube import Event, GroupKind, KubeObject, LabelSelector, Pod, Ref, kind_of

T = TypeVar("T")

_OF_KIND = frozenset({"get", "list", "select", "known", "why_unknown"})
"""Look-ups whose answer depends on the objects of the kind that they name first."""

_OF_ALL = frozenset({"controller", "top_owner", "top_owner_of", "edges_from", "edges_to", "log"})
"""Look-ups whose answer may depend on objects of any kind."""

_NOW = "now"


class Question(NamedTuple):
    """A look-up: the inventory's method, and what it was given. Of what was made once, also the key that was looked at."""

    method: str
    arguments: tuple[Hashable, ...]
    keywords: tuple[tuple[str, Hashable], ...] = ()


class _Key(NamedTuple):
    """One entry of a mapping that was made once."""

    made: Question
    key: Hashable


_Noted = Question | _Key


class _Held:
    """An object as an argument: this very one."""

    __slots__ = ("object",)

    def __init__(self, held: KubeObject) -> None:
        self.object = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.object is self.object

    def __hash__(self) -> int:
        return id(self.object)


class _Selector(NamedTuple):
    """A label selector as an argument."""

    text: bytes


class Notebook:
    """Who asked what. Whoever asks opens a page under a name of its own; what is asked with no page open is not noted."""

    def __init__(self) -> None:
        self._pages: dict[Hashable, frozenset[_Noted]] = {}
        self._readers: dict[_Noted, set[Hashable]] = {}
        self._open: list[set[_Noted]] = []
        self.makers: dict[Question, Callable[[Inventory], Any]] = {}
        """How to make again what was made once."""

    @property
    def questions(self) -> Collection[_Noted]:
        """Everything that anybody asked."""
        return self._readers.keys()

    @property
    def is_open(self) -> bool:
        """Whether anybody asks now."""
        return bool(self._open)

    def note(self, question: _Noted) -> None:
        """Note a question on the page that was opened last."""
        if self._open:
            self._open[-1].add(question)

    @contextmanager
    def page(self, name: Hashable) -> Iterator[None]:
        """A page for what is asked meanwhile, in place of an earlier one of that name."""
        noted: set[_Noted] = set()
        self._open.append(noted)
        try:
            yield
        finally:
            # A rule's generator that nobody reads to its end closes when it is collected: not always last.
            self._open[:] = [each for each in self._open if each is not noted]
            self._file(name, frozenset(noted))

    def read(self, name: Hashable) -> frozenset[_Noted]:
        """What stands on a page."""
        return self._pages.get(name, frozenset())

    def readers(self, question: _Noted) -> Collection[Hashable]:
        """The pages on which a question stands."""
        return self._readers.get(question, ())

    def forget(self, name: Hashable) -> None:
        """Tear a page out."""
        self._file(name, frozenset())

    def _file(self, name: Hashable, noted: frozenset[_Noted]) -> None:
        for question in self._pages.pop(name, frozenset()) - noted:
            readers = self._readers[question]
            readers.discard(name)
            if not readers:
                del self._readers[question]
        for question in noted:
            self._readers.setdefault(question, set()).add(name)
        if noted:
            self._pages[name] = noted


class NotingInventory(Inventory):
    """An inventory that writes every look-up into a notebook; what it answers is the same."""

    _notebook: Notebook

    @property
    def notebook(self) -> Notebook:
        """What was asked, of this inventory and of those that came of it."""
        return self._notebook

    def plain(self) -> Inventory:
        """The same inventory, which notes nothing."""
        copy = object.__new__(Inventory)
        parts = {name: part for name, part in self.__dict__.items() if name != "_notebook"}
        # A copy: what is made without a notebook must not pass for something that was noted.
        copy.__dict__.update(parts, _made=dict(self._made))
        return copy

    def once(self, key: Hashable, make: Callable[[Inventory], T]) -> T:
        """As the inventory. What asks for an entry of a mapping depends on that entry alone."""
        question = Question(ONCE, (key,))
        if question in self._made:
            made = self._made[question]
        else:
            self._notebook.makers[question] = make
            with self._notebook.page(question):
                made = self._made[question] = make(self)
        if isinstance(made, Mapping):
            return _NotedMapping(made, question, self._notebook)  # type: ignore[return-value]  # a mapping for a mapping
        self._notebook.note(question)
        return made  # type: ignore[no-any-return]  # the type is that of the caller's function

    def made(self, question: Question) -> Any:
        """What was made, or is made now, under a question that was noted."""
        if question not in self._made:
            self.once(question.arguments[0], self._notebook.makers[question])
        return self._made[question]

    def ask(self, question: Question) -> Any:
        """The answer to a question that was noted."""
        method = getattr(Inventory, question.method)
        return method(self, *map(_thawed, question.arguments), **{name: _thawed(value) for name, value in question.keywords})


def noting(inventory: Inventory) -> NotingInventory:
    """The inventory with a new notebook."""
    copy = object.__new__(NotingInventory)
    copy.__dict__.update(inventory.__dict__, _notebook=Notebook(), _made={})
    return copy


class Difference:
    """Which of the noted questions have another answer on a later inventory than on an earlier one, in which objects of some kinds changed.

    The clock is left out: what depends on it (`is_of_time`) is to be asked again from time to time.
    """

    def __init__(self, earlier: NotingInventory, later: NotingInventory, touched: Collection[GroupKind]) -> None:
        self._earlier, self._later = earlier, later
        self._touched = frozenset(touched) | ({UNTYPED} if any(kind_of(each) is None for each in touched) else set())
        self._known: dict[_Noted, bool] = {}

    def keep(self) -> None:
        """Let the later inventory have what was made of the earlier one and still holds."""
        notebook = self._later.notebook
        for question, made in self._earlier._made.items():  # noqa: SLF001  # the same class
            if question not in self._later._made and not any(map(self, notebook.read(question))):  # noqa: SLF001  # the same class
                self._later._made[question] = made  # noqa: SLF001  # the same class

    def __call__(self, question: _Noted) -> bool:
        """Whether the answer differs."""
        known = self._known.get(question)
        if known is None:
            # What is made may need itself only by a bug; then it differs.
            self._known[question] = True
            known = self._known[question] = self._differs(question)
        return known

    def _differs(self, question: _Noted) -> bool:
        if isinstance(question, _Key):
            return self._is_remade(question.made) and self._entry(self._earlier, question) != self._entry(self._later, question)
        if question.method == _NOW:
            return False
        if question.method == ONCE:
            return self._is_remade(question) and bool(self._earlier.made(question) != self._later.made(question))
        return self._may_differ(question) and bool(self._earlier.ask(question) != self._later.ask(question))

    def _is_remade(self, question: Question) -> bool:
        return any(map(self, self._later.notebook.read(question)))

    def _entry(self, inventory: NotingInventory, question: _Key) -> Any:
        return inventory.made(question.made).get(question.key)

    def _may_differ(self, question: Question) -> bool:
        kind = _kind_asked(question)
        return kind is None or kind in self._touched


def is_of_time(question: _Noted) -> bool:
    """Whether the answer is the time of day."""
    return isinstance(question, Question) and question.method == _NOW


def _kind_asked(question: Question) -> GroupKind | None:
    """The kind whose objects the answer depends on; None where that may be any."""
    if question.method in _OF_ALL:
        return None
    if question.method in {"find", "exists"}:
        ref = question.arguments[0]
        return ref.group_kind if isinstance(ref, Ref) else None
    if question.method == "pods_on":
        return Pod.KIND.group_kind
    if question.method in {"events", "all_events"}:
        return Event.KIND.group_kind
    kind = question.arguments[1 if question.method == "owned_by" else 0]
    return kind if isinstance(kind, GroupKind) else kind.KIND.group_kind  # type: ignore[attr-defined]  # a type of object


class _NotedMapping(Mapping[Any, Any]):
    """A mapping that was made once, which notes the entries that are looked at."""

    def __init__(self, made: Mapping[Any, Any], question: Question, notebook: Notebook) -> None:
        self._made, self._question, self._notebook = made, question, notebook

    def __getitem__(self, key: Hashable) -> Any:
        self._notebook.note(_Key(self._question, key))
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        self._notebook.note(_Key(self._question, key))
        return key in self._made

    def __iter__(self) -> Iterator[Any]:
        self._notebook.note(self._question)
        return iter(self._made)

    def __len__(self) -> int:
        self._notebook.note(self._question)
        return len(self._made)


def _frozen(argument: Any) -> Hashable:
    if isinstance(argument, KubeObject):
        return _Held(argument)
    if isinstance(argument, LabelSelector):
        return _Selector(msgspec.json.encode(argument))
    if isinstance(argument, (list, set)):
        return tuple(argument)
    return cast("Hashable", argument)


def _thawed(argument: Hashable) -> Any:
    if isinstance(argument, _Held):
        return argument.object
    if isinstance(argument, _Selector):
        return msgspec.json.decode(argument.text, type=LabelSelector)
    return argument


def _noted(name: str) -> Callable[..., Any]:
    method = getattr(Inventory, name)

    def answer(self: NotingInventory, *args: Any, **kwargs: Any) -> Any:
        if self.notebook.is_open:
            keywords = tuple((key, _frozen(value)) for key, value in kwargs.items())
            self.notebook.note(Question(name, tuple(map(_frozen, args)), keywords))
        return method(self, *args, **kwargs)

    return answer


for _name in (*_OF_KIND, *_OF_ALL, "find", "exists", "owned_by", "pods_on", "events"):
    setattr(NotingInventory, _name, _noted(_name))


def _now(self: NotingInventory) -> Any:
    self.notebook.note(Question(_NOW, ()))
    return self.__dict__[_NOW]


setattr(NotingInventory, _NOW, property(_now))
