"""``train FOLDER``: one job from its folder to its artefacts."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from . import VERSION
from .events import Events, claim_stdout
from .failure import Failure
from .files import OUT_FOLDER, RESULT_FILE, sha256_of_file
from .job import Job, read_job
from .watch import Watch, stop_on_signals, stop_with_stdin

LOCK_FILE = "lock"

# Seconds that a trainer waits for another one in the same folder, which may be about to end.
LOCK_SECONDS = 10.0


def train_command(folder: Path, threads: int | None, attended: bool) -> int:
    """Trains the job in a folder and tells about it on standard output. Returns the exit status."""
    events = Events(claim_stdout())
    watch = Watch(events)
    stop_on_signals(watch)
    if attended:
        stop_with_stdin(watch)
    try:
        watch.start()
        run_locked(folder, threads, events, watch)
        return 0
    except Failure as failure:
        events.emit("error", code=failure.code, message=failure.message)
        return failure.exit_status
    except Exception as error:  # noqa: BLE001: whatever it is, the reader of the events learns of it
        traceback.print_exc(file=sys.stderr)
        internal = Failure("internal", f"The training failed: {type(error).__name__}: {error}")
        events.emit("error", code=internal.code, message=internal.message)
        return internal.exit_status


def run_locked(folder: Path, threads: int | None, events: Events, watch: Watch) -> None:
    """One trainer in a folder at a time: two would write the same checkpoint."""
    from filelock import FileLock, Timeout

    try:
        lock = FileLock(folder / LOCK_FILE)
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout as error:
        raise Failure("busy", "Another trainer is at work on this job.") from error
    except OSError as error:
        raise Failure("invalidJob", f"The folder of the job cannot be used: {error}") from error
    with lock:
        run(folder, threads, events, watch)


def run(folder: Path, threads: int | None, events: Events, watch: Watch) -> None:
    job = read_job(folder)
    watch.max_bytes, watch.max_seconds = job.bytes, job.seconds
    done = finished_result(job)
    if done is not None:
        events.emit("done", steps=done["steps"], seconds=done["seconds"], release=done["release"])
        return
    check_base(job, watch)
    watch.tick("loading")
    try:
        import torch
        from peft import __version__ as peft_version

        from . import adapter, artefacts, base_model, checkpoint, optimizer, training
    except ImportError as error:
        raise Failure("unavailable", f"Python lacks what training needs: {error}") from error

    torch.set_num_threads(threads or available_threads())
    torch.use_deterministic_algorithms(True)
    base = base_model.load_base(job.base)
    check_tokens(job, base.config.vocab_size)
    torch.manual_seed(job.recipe.seed)
    model = adapter.wrap(base, job.recipe)
    model.train()
    session = training.Session(
        job=job,
        model=model,
        optimizer=optimizer.make_optimizer(model.parameters(), job.recipe),
        events=events,
        watch=watch,
        release=f"memos-trainer {VERSION}, peft {peft_version}, torch {torch.__version__}",
    )
    watch.tick("training")
    progress = training.train(session)
    watch.tick("writing")
    artefacts.write_artefacts(session, progress)
    checkpoint.remove(folder)
    events.emit("done", steps=progress.step, seconds=round(progress.seconds, 3), release=session.release)


def finished_result(job: Job) -> dict[str, Any] | None:
    """What this very job left when it was done before: whoever started it may have died since."""
    try:
        result = json.loads((job.folder / OUT_FOLDER / RESULT_FILE).read_bytes())
    except (OSError, ValueError):
        return None
    return result if result.get("digest") == job.digest else None


def check_base(job: Job, watch: Watch) -> None:
    """Raises ``Failure`` ``wrongBase`` unless the file is the one that the job is for."""
    watch.tick("hashing")
    try:
        found = sha256_of_file(job.base, watch.tick)
    except OSError as error:
        raise Failure("wrongBase", f"The base model cannot be read: {error}") from error
    if found != job.base_sha256:
        raise Failure("wrongBase", "The base model is another file than the one that the job is for.")


def check_tokens(job: Job, vocabulary: int) -> None:
    """Raises ``Failure`` ``invalidJob`` for tokens that the model does not have."""
    largest = max(max(example.tokens) for example in (*job.train, *job.held_out))
    if largest >= vocabulary:
        raise Failure("invalidJob", f"There is a token {largest}; the base model has {vocabulary} tokens.")


def available_threads() -> int:
    """What the environment says, or the cores that this process may use."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
