"""What a server keeps on disk: base models by their hash, and a folder for each job."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .failure import Failure
from .files import CONFIG_FILE, OUT_FOLDER, RESULT_FILE, WEIGHTS_FILE, write_atomically
from .job import HELD_OUT_FILE, ID, JOB_FILE, SHA256, TRAIN_FILE, Fields, invalid, read_job

# Bytes of one base model, and of all that are kept; the ones that were used longest ago go first.
MAX_BASE_BYTES = 64 * 2**30
MAX_BASES = 8

# Seconds between two checkpoints of a job.
CHECKPOINT_SECONDS = 30.0

EVENTS_FILE = "events.jsonl"

ARTEFACTS = {"weights": WEIGHTS_FILE, "config": CONFIG_FILE, "result": RESULT_FILE}


class Spool:
    """The folders of a server. Names come from checked ids and hashes only."""

    def __init__(self, folder: Path) -> None:
        self._bases = folder / "bases"
        self._jobs = folder / "jobs"
        for path in (self._bases, self._jobs):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in self._bases.glob("*.part"):
            left.unlink()

    def base(self, sha256: str) -> Path:
        """Where a base is, or will be. Raises ``Failure`` ``invalidJob`` for what is no hash."""
        return self._bases / f"{checked(sha256, SHA256)}.gguf"

    def receive_base(self, sha256: str, pieces: Iterator[bytes]) -> None:
        """Takes a base in. Raises ``Failure`` ``wrongBase`` when its bytes do not have that hash."""
        path = self.base(sha256)
        part = path.with_name(f"{sha256}.{os.urandom(8).hex()}.part")
        digest = hashlib.sha256()
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in pieces:
                    digest.update(piece)
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            if digest.hexdigest() != sha256:
                raise Failure("wrongBase", "What came is not the base model that was announced.")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)

    def forget_bases(self, in_use: set[str]) -> None:
        """Removes the bases beyond ``MAX_BASES`` that no job needs."""
        found = sorted(self._bases.glob("*.gguf"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in found[MAX_BASES:]:
            if path.stem not in in_use:
                path.unlink(missing_ok=True)

    def job(self, job_id: str) -> Path:
        """The folder of a job. Raises ``Failure`` ``invalidJob`` for what is no id."""
        return self._jobs / checked(job_id, ID)

    def known_jobs(self) -> list[str]:
        return sorted(path.name for path in self._jobs.iterdir() if (path / JOB_FILE).is_file())

    def write_job(self, request: Any) -> str:
        """Writes a job that came as JSON. Returns its id.

        Raises ``Failure`` ``invalidJob``, or ``wrongBase`` when the base is not here.
        """
        fields = Fields(request, "The job")
        job_id, sha256 = fields.matching("id", ID), fields.matching("base", SHA256)
        base = self.base(sha256)
        if not base.is_file():
            raise Failure("wrongBase", "The base model is not on this server; send it first.")
        os.utime(base)
        folder = self.job(job_id)
        draft = self._jobs / f".{job_id}.{os.urandom(8).hex()}"
        draft.mkdir(mode=0o700)
        try:
            for name, file in (("train", TRAIN_FILE), ("heldOut", HELD_OUT_FILE)):
                lines = (json.dumps(example) + "\n" for example in fields.value(name, list))
                write_atomically(draft / file, lambda out, lines=lines: [out.write(line.encode()) for line in lines])
            description = {
                "version": 1,
                "id": job_id,
                "base": {"path": str(base.resolve()), "sha256": sha256},
                "recipe": fields.value("recipe", dict),
                "limits": fields.value("limits", dict),
                "checkpointSeconds": CHECKPOINT_SECONDS,
            }
            write_atomically(draft / JOB_FILE, lambda out: out.write(json.dumps(description).encode()))
            digest = read_job(draft).digest
            folder.mkdir(mode=0o700, exist_ok=True)
            known = self.digest(job_id)
            if known is not None and known != digest:
                raise Failure("busy", "There is another job with this id; cancel it first.")
            for path in draft.iterdir():
                os.replace(path, folder / path.name)
            return job_id
        finally:
            shutil.rmtree(draft, ignore_errors=True)

    def digest(self, job_id: str) -> str | None:
        """What tells a job from another of the same id; ``None`` where there is none that can be read."""
        try:
            return read_job(self.job(job_id)).digest
        except Failure:
            return None

    def is_done(self, job_id: str) -> bool:
        return (self.job(job_id) / OUT_FOLDER / RESULT_FILE).is_file()

    def artefact(self, job_id: str, name: str) -> Path | None:
        """A file of a finished job; ``None`` where there is none of this name."""
        file = ARTEFACTS.get(name)
        if file is None or not self.is_done(job_id):
            return None
        path = self.job(job_id) / OUT_FOLDER / file
        return path if path.is_file() else None

    def remove_job(self, job_id: str) -> None:
        shutil.rmtree(self.job(job_id), ignore_errors=True)


def checked(text: str, pattern: Any) -> str:
    if pattern.fullmatch(text) is None:
        raise invalid("The address names something that is no id.")
    return text
