"""log-schema-mismatched"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.log_classes import SCHEMA
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, pattern_of

_MISSING = pattern_of(
    r"(?P<sort>relation|table|column|database|topic|queue|collection)s?:? [\"'`](?P<name>[\w.$-]{1,80})[\"'`]", re.IGNORECASE
)


@rule(
    filter=FILTER,
    on=Pod,
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.REQUESTS_FAIL,
    produces=(Effect.REQUESTS_FAIL, Effect.CANNOT_CONNECT),
    own_reason=True,
    added="0.1",
)
def log_schema_mismatched(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container is ready, and its log says again and again that a table, column, database, topic or queue is not there.

    ## What it means
    The program and what it stores its data in do not fit: a migration did not run or failed, or it uses another database than was meant.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. A database's own log tells of its
    clients: the line is then said of the client, where only one can be meant.

    ## How to fix it
    Run the migration that belongs to this version, or correct the name of the database.
    """
    for complaint in complaints(pod, inventory, (SCHEMA,)):
        missing = _MISSING.search(complaint.error.text)
        yield complaint.hit(values={"missing": missing["name"] if missing else ""})
