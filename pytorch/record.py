"""What is needed to repeat a run."""

import datetime
import pathlib
import shlex
from collections.abc import Sequence


def command_line(module: str, arguments: Sequence[str], folder: pathlib.Path, what: str) -> str:
    """
    The command as a person would type it again, without paths of this machine.

    folder: of the data, among the arguments; what: it is shown as
    """
    data = str(folder)

    def shown(argument: str) -> str:
        if argument.rstrip("/") == data:
            return f"<{what}>"
        return "<path>" if pathlib.Path(argument).is_absolute() else shlex.quote(argument)

    return " ".join(["python -m", module, *map(shown, arguments)])


def now() -> str:
    """ISO 8601, UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
