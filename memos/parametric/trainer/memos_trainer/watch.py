"""What is looked at while training runs: signs of life, memory, time, and whether it should stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import psutil

from .events import Events
from .failure import EXIT_LIMIT, Failure

# Seconds between two signs of life, and between two looks at the memory.
HEARTBEAT_SECONDS = 2.0
MEMORY_SECONDS = 0.25

# Seconds without progress of the work itself after which the signs of life end: no step takes that long.
STALL_SECONDS = 900.0


class Watch:
    """Watches one training from a thread of its own.

    The thread gives signs of life as long as the work calls ``tick``, and ends the process when it has more resident
    bytes than are allowed: an operation of PyTorch cannot be interrupted, and a checkpoint is there from before.
    """

    def __init__(self, events: Events, stall_seconds: float = STALL_SECONDS) -> None:
        self._events = events
        self._stall_seconds = stall_seconds
        self._process = psutil.Process()
        self._phase = "starting"
        self._ticked = time.monotonic()
        self._stop = threading.Event()
        self.started = time.monotonic()
        self.max_bytes = float("inf")
        self.max_seconds = float("inf")
        self.peak_bytes = 0

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def tick(self, phase: str | None = None) -> None:
        """The work goes on."""
        self._ticked = time.monotonic()
        if phase is not None:
            self._phase = phase

    def request_stop(self) -> None:
        """The work should leave a checkpoint and end."""
        self._stop.set()

    def check(self) -> None:
        """Raises ``Failure`` ``stopped`` or ``timeLimit`` when the work must end here."""
        if self._stop.is_set():
            raise Failure("stopped", "The training was stopped; it can go on from here.")
        if time.monotonic() - self.started > self.max_seconds:
            raise Failure("timeLimit", f"The training took longer than {self.max_seconds:g} seconds.")

    def _run(self) -> None:
        beats = time.monotonic()
        while True:
            self.look()
            if time.monotonic() >= beats:
                self.beat()
                beats = time.monotonic() + HEARTBEAT_SECONDS
            time.sleep(MEMORY_SECONDS)

    def beat(self) -> None:
        """A sign of life, unless the work has not ticked for long."""
        if time.monotonic() - self._ticked <= self._stall_seconds:
            self._events.emit("heartbeat", phase=self._phase, bytes=self._process.memory_info().rss)

    def look(self) -> None:
        """Compares the resident bytes with what is allowed."""
        resident = self._process.memory_info().rss
        self.peak_bytes = max(self.peak_bytes, resident)
        if resident > self.max_bytes:
            message = f"The training needed more than {self.max_bytes / 2**20:.0f} MB of memory."
            self._events.emit("error", code="memoryLimit", message=message)
            os._exit(EXIT_LIMIT)


def stop_on_signals(watch: Watch) -> None:
    """SIGTERM and SIGINT ask for a stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watch.request_stop())


def stop_with_stdin(watch: Watch) -> None:
    """Whoever started this holds standard input open; its end asks for a stop. Works where signals do not."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        watch.request_stop()

    threading.Thread(target=wait, daemon=True).start()
