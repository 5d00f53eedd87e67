"""Regular expressions that are compiled when they are first used: a scan uses few of those that are declared, and compiling takes long."""

import re
from typing import Any, AnyStr, cast


class _Later:
    """Stands in for a `re.Pattern`. What is asked of it first compiles it, and is kept: from then on it costs nothing."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self.flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """What the compiled one has. Raises re.error for a pattern that is none, AttributeError."""
        value = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, value)
        return value


def pattern_of(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, but a pattern that is none is found out when it is used. A test compiles all that modules declare."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))
