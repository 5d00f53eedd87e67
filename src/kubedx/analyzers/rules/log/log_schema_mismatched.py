"""log-schema-mismatched"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Outcome, rule
from kubedx.analyzers.image_reference import parse_image
from kubedx.analyzers.log_classes import SCHEMA
from kubedx.analyzers.rules.log._complaints import FILTER, complaints
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Job, Pod, Ref, containers, pattern_of

_MISSING = pattern_of(
    r"(?P<sort>relation|table|column|database|topic|queue|collection)s?:? [\"'`](?P<name>[\w.$-]{1,80})[\"'`]", re.IGNORECASE
)

_MIGRATES = pattern_of(r"migrat|flyway|liquibase|alembic|schema|\bseed|db[-_]?(?:init|setup|prepare|upgrade)", re.IGNORECASE)


@rule(
    filter=FILTER,
    on=Pod,
    consults=(Job,),
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
    A Job that failed is named where it was to make the tables: it is of the program's own image, or called after migrations.

    ## When it is not reported
    As a fault only while it goes on: several times, up to the end of the log; else for information. A database's own log tells of its
    clients: the line is then said of the client, where only one can be meant.

    ## How to fix it
    Run the migration that belongs to this version, or correct the name of the database.
    """
    for complaint in complaints(pod, inventory, (SCHEMA,)):
        missing = _MISSING.search(complaint.error.text)
        values = {"missing": missing["name"] if missing else ""}
        job = None if complaint.client is not None else _failed_migration(pod, complaint.view.container.image, inventory)
        if job is None:
            yield complaint.hit(values=values)
        else:
            yield complaint.hit(f"; {job}, which failed, may have been to make it", cause=job, values=values, own_reason=False)


def _failed_migration(pod: Pod, image: str, inventory: Inventory) -> Ref | None:
    """The newest Job of the namespace that was to prepare the database of a program, where it failed."""
    own = parse_image(image).repository
    jobs = [job for job in inventory.list(Job, pod.namespace) if _is_migration(job, own)]
    newest = max(jobs, key=lambda job: (str(job.metadata.creation_timestamp or ""), job.name), default=None)
    return newest.ref if newest is not None and _has_failed(newest) else None


def _is_migration(job: Job, own: str) -> bool:
    for container, _role in containers(job.spec.template.spec):
        words = " ".join((job.name, container.name, *container.command, *container.args))
        if parse_image(container.image).repository == own or _MIGRATES.search(words):
            return True
    return False


def _has_failed(job: Job) -> bool:
    return any(one.type == "Failed" and one.status == "True" for one in job.status.conditions)
