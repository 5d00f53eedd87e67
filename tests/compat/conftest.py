"""The two commands, as processes of their own."""

from cli.conftest import environment, run

__all__ = ["environment", "run"]
