"""The loop of training."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from peft import PeftModel

from . import checkpoint
from .batches import Batch, collate, plan
from .checkpoint import Progress
from .events import Events
from .failure import Failure
from .job import Example, Job
from .optimizer import learning_rate
from .watch import Watch

# Largest norm of the gradient of a step.
CLIP_NORM = 1.0

# Points of the curve, and of them those with the loss over what is held out: about so many.
POINTS = 100
HELD_OUT_POINTS = 20


@dataclass(frozen=True)
class Session:
    """What one run of a job works with."""

    job: Job
    model: PeftModel
    optimizer: torch.optim.Optimizer
    events: Events
    watch: Watch
    release: str


def train(session: Session) -> Progress:
    """Trains to the end, from the newest checkpoint on.

    Equal jobs with equal threads give equal weights, however often they were stopped or killed between.

    Raises ``Failure`` ``stopped``, ``timeLimit`` (both leave a checkpoint) and ``notFinite``.
    """
    job, watch = session.job, session.watch
    per_epoch = len(plan(job.train, job.recipe.batch_tokens, job.recipe.seed, 0))
    steps = per_epoch * job.recipe.epochs
    progress = checkpoint.restore(job.folder, job.digest, session.model, session.optimizer)
    tell_start(session, progress, steps)
    clock = Clock(progress.seconds)
    saved = time.monotonic()
    order: list[list[int]] = []
    while progress.step < steps:
        try:
            watch.check()
        except Failure:
            save(session, progress)
            raise
        epoch, at = divmod(progress.step, per_epoch)
        if at == 0 or not order:
            order = plan(job.train, job.recipe.batch_tokens, job.recipe.seed, epoch)
        learn(session, collate([job.train[index] for index in order[at]]), progress, steps)
        progress.seconds = clock.seconds()
        watch.tick("training")
        if close_step(session, progress, steps, per_epoch):
            break
        if time.monotonic() - saved >= job.checkpoint_seconds:
            save(session, progress)
            saved = time.monotonic()
    return progress


class Clock:
    """Seconds of training, those before an interruption included."""

    def __init__(self, before: float) -> None:
        self._start = time.monotonic() - before

    def seconds(self) -> float:
        return time.monotonic() - self._start


def tell_start(session: Session, progress: Progress, steps: int) -> None:
    job = session.job
    session.events.emit(
        "start",
        steps=steps,
        resumedAt=progress.step,
        examples=len(job.train),
        tokens=sum(len(example.tokens) for example in job.train),
        parameters=sum(parameter.numel() for parameter in session.model.parameters() if parameter.requires_grad),
        threads=torch.get_num_threads(),
        release=session.release,
    )


def save(session: Session, progress: Progress) -> None:
    job = session.job
    checkpoint.save(job.folder, job.digest, session.model, session.optimizer, progress)
    session.events.emit("checkpoint", step=progress.step)


def learn(session: Session, batch: Batch, progress: Progress, steps: int) -> None:
    """One step: the mean loss for a learned token, its gradient cut to a norm, the optimizer."""
    for group in session.optimizer.param_groups:
        group["lr"] = learning_rate(session.job.recipe, progress.step, steps)
    session.optimizer.zero_grad()
    loss = summed_loss(session.model, batch)
    (loss / batch.learned).backward()
    trained = [parameter for parameter in session.model.parameters() if parameter.requires_grad]
    norm = torch.nn.utils.clip_grad_norm_(trained, CLIP_NORM)
    value = loss.item()
    if not math.isfinite(value) or not torch.isfinite(norm):
        raise Failure("notFinite", "The loss is no number any more; a smaller learning rate may help.")
    session.optimizer.step()
    progress.step += 1
    progress.point_loss += value
    progress.point_tokens += batch.learned
    progress.epoch_loss += value
    progress.epoch_tokens += batch.learned


def summed_loss(model: PeftModel, batch: Batch) -> torch.Tensor:
    """Cross-entropy in nats, summed over the learned tokens. Only the logits at their places are computed."""
    logits = model(
        input_ids=batch.tokens,
        attention_mask=batch.attention,
        logits_to_keep=batch.columns,
        use_cache=False,
    ).logits
    return torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), batch.targets.flatten(), ignore_index=-100, reduction="sum"
    )


def close_step(session: Session, progress: Progress, steps: int, per_epoch: int) -> bool:
    """Tells a point of the curve where one is due. Returns whether enough is learned."""
    recipe = session.job.recipe
    epoch, at = divmod(progress.step, per_epoch)
    enough = at == 0 and progress.epoch_loss / progress.epoch_tokens < recipe.stop_loss
    if at == 0:
        progress.epoch_loss, progress.epoch_tokens = 0.0, 0
    last = enough or progress.step == steps
    evaluates = at == 0 and (last or epoch % math.ceil(recipe.epochs / HELD_OUT_POINTS) == 0)
    if last or evaluates or progress.step == 1 or progress.step % math.ceil(steps / POINTS) == 0:
        point: dict[str, float] = {
            "step": progress.step,
            "loss": progress.point_loss / progress.point_tokens,
            "seconds": round(progress.seconds, 3),
        }
        if evaluates and session.job.held_out:
            point["heldOutLoss"] = mean_loss(session, session.job.held_out)
        progress.point_loss, progress.point_tokens = 0.0, 0
        progress.curve.append(point)
        session.events.emit("progress", steps=steps, **point)
    return enough


@torch.no_grad()
def mean_loss(session: Session, examples: Sequence[Example]) -> float:
    """Mean loss for a token, in nats, of what is not learned."""
    total, tokens = 0.0, 0
    for indices in plan(examples, session.job.recipe.batch_tokens, session.job.recipe.seed, 0):
        batch = collate([examples[index] for index in indices])
        total += summed_loss(session.model, batch).item()
        tokens += batch.learned
        session.watch.tick()
    return total / tokens


