"""The job as it lies in its folder: ``job.json`` and the examples beside it."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import VERSION
from .failure import Failure
from .files import sha256_of_file

JOB_FILE = "job.json"
TRAIN_FILE = "train.jsonl"
HELD_OUT_FILE = "heldOut.jsonl"

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")

# The same limits as those of memos/parametric/limits.ts; a server gets jobs from elsewhere.
MAX_JOB_BYTES = 1024 * 1024
MAX_EXAMPLES = 100_000
MAX_EXAMPLE_TOKENS = 2_048
MAX_RANK = 256
MAX_EPOCHS = 1_000
MAX_SECONDS = 24 * 3_600
MAX_BYTES = 256 * 2**30

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Example:
    """Token ids of a conversation; the loss is taken over those from ``learn_from`` on (at least 1)."""

    tokens: tuple[int, ...]
    learn_from: int


@dataclass(frozen=True)
class Recipe:
    """How an adapter is trained, as memos/parametric/recipe.ts has it."""

    method: str
    rank: int
    alpha: float
    targets: tuple[str, ...]
    optimizer: str
    learning_rate: float
    epochs: int
    batch_tokens: int
    stop_loss: float
    seed: int


@dataclass(frozen=True)
class Job:
    """One job, checked. ``digest`` is equal for jobs that give the same adapter."""

    folder: Path
    id: str
    base: Path
    base_sha256: str
    recipe: Recipe
    seconds: float
    bytes: float
    checkpoint_seconds: float
    train: tuple[Example, ...]
    held_out: tuple[Example, ...]
    digest: str


def read_job(folder: Path) -> Job:
    """Reads and checks a job.

    Raises ``Failure`` ``invalidJob`` for whatever is missing, of a wrong type or beyond a limit.
    """
    path = folder / JOB_FILE
    try:
        if path.stat().st_size > MAX_JOB_BYTES:
            raise invalid(f"{JOB_FILE} has more than {MAX_JOB_BYTES} bytes.")
        raw = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise invalid(f"{JOB_FILE} cannot be read: {error}") from error
    fields = Fields(raw, JOB_FILE)
    if fields.whole("version", 1, 1) != 1:
        raise invalid("The job is of an unknown version.")
    base, limits = fields.group("base"), fields.group("limits")
    recipe = parse_recipe(fields.group("recipe"))
    train_path, held_out_path = folder / TRAIN_FILE, folder / HELD_OUT_FILE
    train, held_out = read_examples(train_path), read_examples(held_out_path)
    if not train:
        raise invalid("There is nothing to learn: the training set is empty.")
    base_sha256 = base.matching("sha256", SHA256)
    same = {
        "trainer": VERSION,
        "id": fields.matching("id", ID),
        "base": base_sha256,
        "recipe": [str(value) for value in vars(recipe).values()],
        "train": sha256_of_file(train_path),
        "heldOut": sha256_of_file(held_out_path),
    }
    return Job(
        folder=folder,
        id=same["id"],
        base=Path(base.text("path")),
        base_sha256=base_sha256,
        recipe=recipe,
        seconds=limits.number("seconds", MAX_SECONDS),
        bytes=limits.number("bytes", MAX_BYTES),
        checkpoint_seconds=fields.number("checkpointSeconds", MAX_SECONDS, least=0.0),
        train=train,
        held_out=held_out,
        digest=hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest(),
    )


def parse_recipe(fields: Fields) -> Recipe:
    """Raises ``Failure`` ``invalidJob``."""
    targets = fields.value("targets", list)
    if not targets or len(set(targets)) != len(targets) or not set(targets) <= set(TARGETS):
        raise invalid(f"recipe.targets must be some of {', '.join(TARGETS)}.")
    return Recipe(
        method=fields.choice("method", ("lora", "rslora", "dora")),
        rank=fields.whole("rank", 1, MAX_RANK),
        alpha=fields.number("alpha", 4_096),
        targets=tuple(targets),
        optimizer=fields.choice("optimizer", ("adamw", "galore")),
        learning_rate=fields.number("learningRate", 1),
        epochs=fields.whole("epochs", 1, MAX_EPOCHS),
        batch_tokens=fields.whole("batchTokens", 64, 1_048_576),
        stop_loss=fields.number("stopLoss", 1e9, least=0.0),
        seed=fields.whole("seed", 0, 2**31 - 1),
    )


def read_examples(path: Path) -> tuple[Example, ...]:
    """One ``{"tokens":[…],"learnFrom":n}`` a line.

    Raises ``Failure`` ``invalidJob`` with the number of the line.
    """
    examples: list[Example] = []
    try:
        with open(path, encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if number > MAX_EXAMPLES:
                    raise invalid(f"{path.name} has more than {MAX_EXAMPLES} examples.")
                examples.append(parse_example(json.loads(line), f"{path.name}, line {number}"))
    except (OSError, ValueError) as error:
        raise invalid(f"{path.name} cannot be read after line {len(examples)}: {error}") from error
    return tuple(examples)


def parse_example(raw: object, where: str) -> Example:
    """Raises ``Failure`` ``invalidJob``."""
    fields = Fields(raw, where)
    tokens = fields.value("tokens", list)
    if not 2 <= len(tokens) <= MAX_EXAMPLE_TOKENS:
        raise invalid(f"{where}: an example has 2 to {MAX_EXAMPLE_TOKENS} tokens, not {len(tokens)}.")
    if not all(type(token) is int and 0 <= token < 2**31 for token in tokens):
        raise invalid(f"{where}: tokens are whole numbers.")
    learn_from = fields.whole("learnFrom", 0, len(tokens) - 1)
    # Nothing stands before the first token that it could be foretold from.
    return Example(tuple(tokens), max(1, learn_from))


class Fields:
    """The fields of one JSON object; each reader raises ``Failure`` ``invalidJob`` with where it is."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise invalid(f"{where} must be an object.")
        self._raw: Mapping[str, Any] = raw
        self._where = where

    def value(self, name: str, kind: type) -> Any:
        value = self._raw.get(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise invalid(f"{self._where}: `{name}` is missing or of a wrong type.")
        return value

    def text(self, name: str) -> str:
        return self.value(name, str)

    def group(self, name: str) -> Fields:
        return Fields(self._raw.get(name), f"{self._where}, {name}")

    def matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.text(name)
        if pattern.fullmatch(value) is None:
            raise invalid(f"{self._where}: `{name}` is not of the form that it must have.")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in choices:
            raise invalid(f"{self._where}: `{name}` must be one of {', '.join(choices)}.")
        return value

    def whole(self, name: str, least: int, most: int) -> int:
        value = self.value(name, int)
        if not least <= value <= most:
            raise invalid(f"{self._where}: `{name}` must be from {least} to {most}.")
        return value

    def number(self, name: str, most: float, least: float = math.ulp(0.0)) -> float:
        value = self._raw.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise invalid(f"{self._where}: `{name}` must be a number from {least:.3g} to {most:.3g}.")
        return float(value)


def invalid(message: str) -> Failure:
    return Failure("invalidJob", message)
