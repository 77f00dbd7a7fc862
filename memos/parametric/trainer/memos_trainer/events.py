"""What a training process tells: one JSON object a line on standard output, and nothing else there."""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import TextIO


class Events:
    """Writes events; several threads may."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def emit(self, event: str, **fields: object) -> None:
        """Fields that are ``None`` are left out. A reader that has gone is no error: the work goes on."""
        told = {"event": event, **{name: value for name, value in fields.items() if value is not None}}
        line = json.dumps(told, allow_nan=False) + "\n"
        with self._lock:
            try:
                self._out.write(line)
                self._out.flush()
            except (OSError, ValueError):
                pass


def claim_stdout() -> TextIO:
    """Standard output for events alone: whatever else is printed, also by native code, goes to standard error."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return events
