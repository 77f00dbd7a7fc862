"""Where training can go on after it was stopped or killed."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from pathlib import Path

import torch

from .files import write_atomically
from .optimizer import kept_types

CHECKPOINT_FILE = "checkpoint.pt"


@dataclass
class Progress:
    """How far training is. Sums are over learned tokens, since the last point of the curve and of this epoch."""

    step: int = 0
    seconds: float = 0.0
    point_loss: float = 0.0
    point_tokens: int = 0
    epoch_loss: float = 0.0
    epoch_tokens: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)


def save(folder: Path, digest: str, model: torch.nn.Module, optimizer: torch.optim.Optimizer, progress: Progress) -> None:
    """Writes a checkpoint of the trained parameters, the optimizer, the random numbers and the progress."""
    content = {
        "digest": digest,
        "parameters": trained_parameters(model),
        "optimizer": optimizer.state_dict(),
        "random": torch.get_rng_state(),
        "progress": vars(progress),
    }
    write_atomically(folder / CHECKPOINT_FILE, lambda file: torch.save(content, file))


def restore(folder: Path, digest: str, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Puts the newest checkpoint of this very job into model and optimizer; a new ``Progress`` where there is none.

    A checkpoint that is damaged or of another job is passed over: training begins anew.
    """
    path = folder / CHECKPOINT_FILE
    try:
        # Only tensors, plain values and what this optimizer is known to keep are read.
        with torch.serialization.safe_globals(kept_types(optimizer)):
            content = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError):
        return Progress()
    if not isinstance(content, dict) or content.get("digest") != digest:
        return Progress()
    with torch.no_grad():
        for name, parameter in trained_parameters(model).items():
            parameter.copy_(content["parameters"][name])
    optimizer.load_state_dict(content["optimizer"])
    torch.set_rng_state(content["random"])
    return Progress(**content["progress"])


def remove(folder: Path) -> None:
    (folder / CHECKPOINT_FILE).unlink(missing_ok=True)


def trained_parameters(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}

