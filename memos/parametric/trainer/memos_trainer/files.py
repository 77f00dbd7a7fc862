"""Files: how the ones of a finished job are called, and how a file is written that is whole or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

# What a finished job leaves.
OUT_FOLDER = "out"
WEIGHTS_FILE = "adapter_model.safetensors"
CONFIG_FILE = "adapter_config.json"
RESULT_FILE = "result.json"

HASHED_AT_ONCE = 4 * 1024 * 1024


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Writes under a temporary name, flushes, renames. Only the owner may read it: it comes of memories."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def sha256_of_file(path: Path, tick: Callable[[], None] = lambda: None) -> str:
    """SHA-256 in hex; ``tick`` is called after each piece of 4 MiB."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(HASHED_AT_ONCE):
            digest.update(piece)
            tick()
    return digest.hexdigest()
