"""How the numbers of an adapter are moved."""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch

from .job import Recipe

# Share of the steps in which the learning rate rises, and of the learning rate that is left at the end.
WARM_UP = 0.03
LEAST_RATE = 0.1

# Times that the subspace of GaLore is smaller than the rank, and steps between two of its choices.
GALORE_DIVISOR = 4
GALORE_STEPS = 50


def make_optimizer(parameters: Iterable[torch.nn.Parameter], recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW without decay, or GaLore (arXiv 2403.03507) from the package pytorch-optimizer.

    GaLore keeps the two moments of AdamW in a subspace of the gradients. It was made for whole models. The gradient of
    an adapter's matrix has only ``rank`` rows or columns; of them a quarter is kept here, and so a quarter of the
    moments: of an adapter of 1 % of its model's size, moments of 2 % of it become 0.5 %. Beside the base model that
    is little, and learning takes more steps: it is worth it for very large ranks only.
    """
    trained = [parameter for parameter in parameters if parameter.requires_grad]
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(trained, lr=recipe.learning_rate, weight_decay=0.0)
    from pytorch_optimizer.optimizer.galore import GaLore

    group = {
        "params": trained,
        "rank": max(1, recipe.rank // GALORE_DIVISOR),
        "update_proj_gap": GALORE_STEPS,
        "scale": 1.0,
        "projection_type": "std",
    }
    return GaLore([group], lr=recipe.learning_rate)


def kept_types(optimizer: torch.optim.Optimizer) -> list[type]:
    """What an optimizer keeps in its state beside tensors and plain values."""
    if isinstance(optimizer, torch.optim.AdamW):
        return []
    from pytorch_optimizer.optimizer.utils.galore import GaLoreProjector

    return [GaLoreProjector]


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Of step 0 to ``steps - 1``: a short rise, then half a cosine down to a tenth."""
    rise = max(1, round(steps * WARM_UP))
    if step < rise:
        return recipe.learning_rate * (step + 1) / rise
    done = (step - rise) / max(1, steps - rise)
    return recipe.learning_rate * (LEAST_RATE + (1 - LEAST_RATE) * (1 + math.cos(math.pi * done)) / 2)
