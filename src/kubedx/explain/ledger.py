"""What was spent on models on each day, kept from run to run: `$XDG_STATE_HOME/kubedx/spent.json`, for its owner's eyes."""

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from platformdirs import user_state_path

from kubedx.explain.limits import Spent

try:
    import fcntl
except ImportError:  # Windows, where two runs at the same moment may both spend the last call
    fcntl = None  # type: ignore[assignment]  # Windows has no such module

T = TypeVar("T")

KEPT = timedelta(days=31)


def ledger_path(environment: Mapping[str, str]) -> Path:
    """Where it is."""
    home = environment.get("XDG_STATE_HOME", "")
    folder = Path(home) / "kubedx" if home and Path(home).is_absolute() else user_state_path("kubedx", appauthor=False)
    return folder / "spent.json"


class Ledger:
    """The spending of days, shared by all runs on this machine. Failures are OSErrors; a file that is none of ours counts as one."""

    def __init__(self, path: Path, today: date) -> None:
        self._path, self._today = path, today

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def change(self, decide: Callable[[Spent], tuple[Spent, T]]) -> T:
        """Let `decide` see what today has cost, and give what it has cost then, with a word of its own; nobody comes between."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            days = self._read()
            spent, answer = decide(days.get(self._today, Spent()))
            if days.get(self._today) != spent:
                days[self._today] = spent
                self._write({day: one for day, one in days.items() if self._today - day <= KEPT})
            return answer

    def _read(self) -> dict[date, Spent]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[date, Spent])
        except FileNotFoundError:
            return {}
        except (ValueError, msgspec.MsgspecError) as error:
            raise OSError(f"{self._path} is not what kubedx wrote; move it away") from error

    def _write(self, days: Mapping[date, Spent]) -> None:
        handle, name = tempfile.mkstemp(prefix=".spent-", dir=self._path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(msgspec.json.encode(days))
            Path(name).replace(self._path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._path.with_name(".spent.lock").open("a", encoding="utf-8") as stream:
            if fcntl is not None:
                fcntl.flock(stream, fcntl.LOCK_EX)
            yield
