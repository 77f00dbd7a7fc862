"""The jobs of a server: one trains, a few wait."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

from .failure import Failure
from .files import write_atomically
from .spool import EVENTS_FILE, Spool

# What Python is started with; the folder of the job follows.
COMMAND = ("-m", "memos_trainer", "train")

# The key of the server: nothing that trains needs it.
KEY_VARIABLE = "MEMOS_TRAINER_KEY"

MAX_WAITING = 16

# Jobs that are kept, finished and failed ones too.
MAX_JOBS = 256

# Bytes of one line of events, and lines of one job.
MAX_LINE_BYTES = 64 * 1024
MAX_EVENTS = 10_000

# Seconds without a line after which a training counts as hanging; signs of life come every two seconds.
SILENCE_SECONDS = 120.0

# Seconds that a training has to leave a checkpoint before it is killed.
GRACE_SECONDS = 20.0

# Seconds between two signs of life of a stream of events.
BEAT_SECONDS = 2.0


class QueueFull(Exception):
    """No more jobs are taken now."""


class Run:
    """One job on its way: its events so far, and whether more will come."""

    def __init__(self, job_id: str, lines: list[str] | None = None) -> None:
        self.id = job_id
        self.ended = lines is not None
        self.cancelled = False
        self.process: subprocess.Popen[bytes] | None = None
        self._lines = lines or []
        self._changed = threading.Condition()

    @property
    def lines(self) -> list[str]:
        return list(self._lines)

    def add(self, line: str) -> None:
        with self._changed:
            if len(self._lines) < MAX_EVENTS:
                self._lines.append(line)
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Whether the run has ended within that time."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended, seconds)

    def stream(self, start: int) -> Iterator[str]:
        """The lines from number ``start`` on, as they come, and ``""`` where there is none for a while."""
        at = start
        while True:
            with self._changed:
                self._changed.wait_for(lambda: len(self._lines) > at or self.ended, BEAT_SECONDS)
                lines, ended = self._lines[at:], self.ended
            yield from lines
            at += len(lines)
            if ended:
                return
            if not lines:
                yield ""


class JobQueue:
    """Trains jobs in processes of their own, one after the other."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {job_id: finished(spool, job_id) for job_id in spool.known_jobs()}
        self._waiting: queue.Queue[Run | None] = queue.Queue(MAX_WAITING)
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def get(self, job_id: str) -> Run | None:
        with self._lock:
            return self._runs.get(job_id)

    def has_room(self, job_id: str) -> bool:
        """Whether a job of this id could be taken."""
        with self._lock:
            return job_id in self._runs or (len(self._runs) < MAX_JOBS and not self._waiting.full())

    def submit(self, job_id: str) -> Run:
        """The run of a job in the spool: the one under way, the finished one, or a new one that goes on.

        Raises ``QueueFull``.
        """
        with self._lock:
            known = self._runs.get(job_id)
            if known is not None and (not known.ended or self._spool.is_done(job_id)):
                return known
            if known is None and len(self._runs) >= MAX_JOBS:
                raise QueueFull
            run = Run(job_id)
            try:
                self._waiting.put_nowait(run)
            except queue.Full:
                raise QueueFull from None
            self._runs[job_id] = run
            return run

    def cancel(self, job_id: str) -> bool:
        """Stops a job and removes all of it. Returns whether there was one."""
        run = self.get(job_id)
        if run is None:
            return False
        run.cancelled = True
        stop(run)
        run.wait(2 * GRACE_SECONDS)
        with self._lock:
            self._runs.pop(job_id, None)
            self._spool.remove_job(job_id)
        return True

    def close(self) -> None:
        """Stops what trains; it goes on when its job is sent again."""
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.cancelled = run.cancelled or not run.ended
            stop(run)
        for run in runs:
            if run.process is not None:
                run.wait(2 * GRACE_SECONDS)

    def _work(self) -> None:
        while (run := self._waiting.get()) is not None:
            try:
                if not run.cancelled:
                    train(self._spool, run)
                if run.cancelled:
                    run.add(error_line("stopped", "The training was cancelled."))
                else:
                    keep_events(self._spool, run)
            except Exception as error:  # noqa: BLE001: the jobs behind it must get their turn
                run.add(error_line("internal", f"The training could not be run: {error}"))
            finally:
                run.end()


def train(spool: Spool, run: Run) -> None:
    """Runs the process of a job to its end and takes its events in."""
    folder = spool.job(run.id)
    with open(folder / "trainer.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, *COMMAND, str(folder), "--attended"],
            env={name: value for name, value in os.environ.items() if name != KEY_VARIABLE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    assert process.stdin is not None and process.stdout is not None
    run.process = process
    if run.cancelled:
        stop(run)
    heard = [time.monotonic()]
    over = threading.Event()
    threading.Thread(target=kill_when_silent, args=(process, heard, over), daemon=True).start()
    final = False
    try:
        while line := process.stdout.readline(MAX_LINE_BYTES):
            heard[0] = time.monotonic()
            event = event_of(line)
            if event in ("done", "error"):
                final = True
            if event not in ("heartbeat", None):
                run.add(line.decode().strip())
        status = process.wait()
    finally:
        over.set()
        process.kill()
        process.stdout.close()
        process.stdin.close()
    if not final:
        run.add(error_line("internal", f"The training process ended (status {status}) without a word."))


def kill_when_silent(process: subprocess.Popen[bytes], heard: list[float], over: threading.Event) -> None:
    while not over.wait(min(1.0, SILENCE_SECONDS)):
        if time.monotonic() - heard[0] > SILENCE_SECONDS:
            process.kill()
            return


def stop(run: Run) -> None:
    """Asks the process of a run to leave a checkpoint and end, and kills it when it does not."""
    process = run.process
    if process is None or process.poll() is not None:
        return
    process.terminate()
    if process.stdin is not None:
        process.stdin.close()
    killer = threading.Timer(GRACE_SECONDS, process.kill)
    killer.daemon = True
    killer.start()


def event_of(line: bytes) -> str | None:
    """The name of an event; ``None`` for a line that is none."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    name = event.get("event") if isinstance(event, dict) else None
    return name if isinstance(name, str) else None


def error_line(code: str, message: str) -> str:
    return json.dumps({"event": "error", "code": code, "message": message})


def keep_events(spool: Spool, run: Run) -> None:
    content = "".join(f"{line}\n" for line in run.lines)
    write_atomically(spool.job(run.id) / EVENTS_FILE, lambda file: file.write(content.encode()))


def finished(spool: Spool, job_id: str) -> Run:
    """A run as it was left when the server ended; one that was under way goes on when its job is sent again."""
    try:
        lines = (spool.job(job_id) / EVENTS_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, Failure):
        lines = []
    return Run(job_id, lines or [error_line("stopped", "The server ended before the training did.")])
