"""What a rule is: one documented, pure function that judges one object, with its declaration.

    @rule(filter="Service", on=Service, reads=(Pod,), severity=Severity.ERROR,
          suffers=Effect.NO_ENDPOINTS, produces=(Effect.CANNOT_CONNECT,), added="0.1")
    def service_selects_nothing(service: Service, inventory: Inventory) -> Iterator[Outcome]:

A rule sees the whole inventory and reports only on the object that it was handed. The function's name, in kebab case,
is its code. Its module holds it alone and bears its name.
"""

import inspect
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, LogKey, Ref


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule reports. The runner adds the code, the subject and what the rule declares.

    `absent` is an object that this hit says does not exist: the runner has that confirmed by the API server where
    lists may be stale, and lowers the confidence where it cannot be. `confidence`, `severity` and `own_reason` override the rule's.
    The other fields are those of `Finding`.
    """

    message: str
    evidence: tuple[Evidence, ...]
    part: str = ""
    cause: Ref | None = None
    absent: Ref | None = None
    confidence: Confidence | None = None
    severity: Severity | None = None
    since: datetime | None = None
    error_class: str = ""
    values: dict[str, str] = {}
    own_reason: bool | None = None


class AskLog(msgspec.Struct, frozen=True, gc=False, order=True):
    """The rule would judge better with this log. Asked when `inventory.log` answers Unknown."""

    key: LogKey


class AskValues(msgspec.Struct, frozen=True, gc=False, order=True):
    """The rule would judge better with the values of this ConfigMap."""

    ref: Ref


class AskPresence(msgspec.Struct, frozen=True, gc=False, order=True):
    """Does this object, which is not in our lists, exist? The runner asks it for every `Hit.absent`."""

    ref: Ref


class AskCertificate(msgspec.Struct, frozen=True, gc=False, order=True):
    """The rule would judge better with the certificate of this Secret. Answered only where the user lets certificates be read."""

    ref: Ref


Ask = AskLog | AskValues | AskPresence | AskCertificate
Outcome = Hit | AskLog | AskValues | AskCertificate
Judge = Callable[[Any, Inventory], Iterator[Outcome]]
"""A rule's function. Its first parameter is annotated with the kinds of `on`; a test of the catalogue compares them."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's function with all that is declared about it.

    `on` are the kinds whose objects it judges; `reads` those without which it cannot judge (a gap there skips it);
    `consults` those that only make it surer. `events` names the reasons of Normal events that it wants; Warning
    events are always read. What it reports with its `own_reason` nothing elsewhere explains (an image of no such tag, a key that
    is not there). `filter` is the name for `--filter`; empty, it is the kind of the object that is judged. `also` are more such names.
    Objects of which `unless` is true it need not judge: where many rules name the same test, each object meets it once.
    """

    code: str
    filter: str
    also: tuple[str, ...]
    on: tuple[type[KubeObject], ...]
    reads: tuple[type[KubeObject], ...]
    consults: tuple[type[KubeObject], ...]
    events: tuple[str, ...]
    severity: Severity
    confidence: Confidence
    suffers: Effect | None
    produces: tuple[Effect, ...]
    own_reason: bool
    unless: Callable[[Any], bool] | None
    added: str
    doc: str
    judge: Judge

    @property
    def filters(self) -> tuple[str, ...]:
        """Every name under which `--filter` chooses this rule."""
        own = (self.filter,) if self.filter else tuple(kind_type.KIND.kind for kind_type in self.on)
        return own + self.also

    @property
    def kinds(self) -> tuple[type[KubeObject], ...]:
        """Every kind that the rule may look at."""
        return self.on + self.reads + self.consults


def rule(  # noqa: PLR0913  # one keyword for each thing a rule declares
    *,
    on: type[KubeObject] | tuple[type[KubeObject], ...],
    severity: Severity,
    added: str,
    filter: str = "",  # noqa: A002  # the flag's name
    also: tuple[str, ...] = (),
    reads: tuple[type[KubeObject], ...] = (),
    consults: tuple[type[KubeObject], ...] = (),
    events: tuple[str, ...] = (),
    confidence: Confidence = Confidence.CERTAIN,
    suffers: Effect | None = None,
    produces: tuple[Effect, ...] = (),
    own_reason: bool = False,
    unless: Callable[[Any], bool] | None = None,
) -> Callable[[Judge], Rule]:
    """Declare a rule. See `Rule` for the meaning of each word."""

    def declare(judge: Judge) -> Rule:
        return Rule(
            code=judge.__name__.replace("_", "-"),
            filter=filter,
            also=also,
            on=on if isinstance(on, tuple) else (on,),
            reads=reads,
            consults=consults,
            events=events,
            severity=severity,
            confidence=confidence,
            suffers=suffers,
            produces=produces,
            own_reason=own_reason,
            unless=unless,
            added=added,
            doc=inspect.cleandoc(judge.__doc__ or ""),
            judge=judge,
        )

    return declare
