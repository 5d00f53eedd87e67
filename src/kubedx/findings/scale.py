"""The closed sets by which findings are graded and joined."""

import enum


class Severity(enum.StrEnum):
    """How bad it is, if it is true. Members are in order, the worst first."""

    CRITICAL = "critical"
    """An entry point (Ingress, LoadBalancer, cluster DNS) has nothing behind it. Only `correlate` says so."""
    ERROR = "error"
    """A workload cannot do its work."""
    WARNING = "warning"
    """It will hurt, or redundancy is lost."""
    INFO = "info"
    """Hygiene."""

    @property
    def rank(self) -> int:
        """0 for the worst; grows as it matters less."""
        return _SEVERITIES.index(self)

    def at_least(self, other: "Severity") -> bool:
        """Whether this is as bad as the other, or worse."""
        return self.rank <= other.rank


class Confidence(enum.StrEnum):
    """How sure it is. Members are in order, the surest first."""

    CERTAIN = "certain"
    """The cluster says so itself."""
    LIKELY = "likely"
    """One inference away from what the cluster says."""
    POSSIBLE = "possible"
    """One explanation among others."""

    @property
    def rank(self) -> int:
        """0 for the surest."""
        return _CONFIDENCES.index(self)


class Effect(enum.StrEnum):
    """What an object suffers. A finding observes one effect and may produce others in objects that depend on it."""

    CANNOT_BIND = "cannot bind"
    """A claim gets no volume."""
    CANNOT_BE_CREATED = "cannot be created"
    """The pods of a workload are rejected before they exist."""
    CANNOT_SCHEDULE = "cannot schedule"
    """A pod finds no node."""
    CANNOT_START = "cannot start"
    """A container of a pod does not get as far as running."""
    CRASHES = "crashes"
    """A container runs and ends, again and again."""
    NOT_READY = "not ready"
    """A pod runs but takes no traffic."""
    UNAVAILABLE = "unavailable"
    """A workload has fewer available pods than it asks for, or a rollout that does not end."""
    FAILS = "fails"
    """A Job, a run of a CronJob or a custom resource ends in failure."""
    NO_ENDPOINTS = "no endpoints"
    """A Service has nothing ready behind it."""
    CANNOT_CONNECT = "cannot connect"
    """A client does not reach what it calls."""
    REQUESTS_FAIL = "requests fail"
    """A program runs, takes traffic, and fails at what it is asked for."""
    CANNOT_SCALE = "cannot scale"
    """An autoscaler cannot act."""
    CANNOT_BE_DELETED = "cannot be deleted"
    """An object stays in deletion."""
    NODE_UNUSABLE = "node unusable"
    """A node takes no pods, or lost those it had."""


_SEVERITIES = tuple(Severity)
_CONFIDENCES = tuple(Confidence)
