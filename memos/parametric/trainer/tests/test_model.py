"""The base model out of a GGUF file, and the adapter around it."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import gguf
import torch

from memos_trainer.adapter import wrap
from memos_trainer.base_model import load_base
from memos_trainer.batches import collate
from memos_trainer.checkpoint import Progress
from memos_trainer.conversion import to_plain_lora
from memos_trainer.events import Events
from memos_trainer.job import read_job
from memos_trainer.optimizer import learning_rate, make_optimizer
from memos_trainer.training import Session, learn
from memos_trainer.watch import Watch

from .support import HEADS, KV_HEADS, WIDTH, FolderCase, write_job, write_model

# Tests run beside others: threads that wait for each other are slow.
torch.set_num_threads(1)

TOKENS = torch.tensor([[3, 17, 40, 8, 22, 5]])


def reference_logits(path: str, tokens: list[int], factors: list[float] | None = None) -> torch.Tensor:
    """A Llama model in plain steps, with rows of q and k as llama.cpp has them: neighbours are rotated together."""
    weights = {tensor.name: torch.from_numpy(tensor.data.copy()) for tensor in gguf.GGUFReader(path).tensors}
    size = WIDTH // HEADS
    frequencies = 10_000.0 ** (-torch.arange(0, size, 2) / size) / torch.tensor(factors or [1.0] * (size // 2))
    angles = torch.outer(torch.arange(len(tokens)), frequencies)

    def norm(x: torch.Tensor, name: str) -> torch.Tensor:
        return x * torch.rsqrt((x**2).mean(-1, keepdim=True) + 1e-5) * weights[f"{name}.weight"]

    def rotated(x: torch.Tensor) -> torch.Tensor:
        even, odd = x[..., 0::2], x[..., 1::2]
        cos, sin = angles.cos()[:, None], angles.sin()[:, None]
        return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)

    x = weights["token_embd.weight"][tokens]
    for layer in range(2):
        block = f"blk.{layer}"
        h = norm(x, f"{block}.attn_norm")
        q, k, v = ((h @ weights[f"{block}.attn_{part}.weight"].T).unflatten(-1, (-1, size)) for part in "qkv")
        q, k = rotated(q), rotated(k)
        k, v = (part.repeat_interleave(HEADS // KV_HEADS, 1) for part in (k, v))
        scores = torch.einsum("qhd,khd->hqk", q, k) / math.sqrt(size)
        scores += torch.full((len(tokens), len(tokens)), -math.inf).triu(1)
        mixed = torch.einsum("hqk,khd->qhd", scores.softmax(-1), v).flatten(-2)
        x = x + mixed @ weights[f"{block}.attn_output.weight"].T
        h = norm(x, f"{block}.ffn_norm")
        gate, up = (h @ weights[f"{block}.ffn_{part}.weight"].T for part in ("gate", "up"))
        x = x + (torch.nn.functional.silu(gate) * up) @ weights[f"{block}.ffn_down.weight"].T
    return norm(x, "output_norm") @ weights["token_embd.weight"].T


class ModelTest(FolderCase):
    def test_the_loaded_model_is_the_one_of_the_file(self) -> None:
        logits = load_base(self.base)(TOKENS).logits[0]
        torch.testing.assert_close(logits, reference_logits(str(self.base), TOKENS[0].tolist()), rtol=1e-4, atol=1e-4)

    def test_rope_factors_are_applied(self) -> None:
        factors = [1.0, 2.0, 4.0, 8.0]
        path = write_model(self.folder / "factors.gguf", rope_factors=factors)
        expected = reference_logits(str(path), TOKENS[0].tolist(), factors)
        torch.testing.assert_close(load_base(path)(TOKENS).logits[0], expected, rtol=1e-4, atol=1e-4)

    def test_models_that_would_be_trained_wrongly_are_refused(self) -> None:
        with self.failing("unsupportedModel"):
            load_base(write_model(self.folder / "yarn.gguf", rope_scaling=gguf.RopeScalingType.YARN))
        garbage = self.folder / "garbage.gguf"
        garbage.write_bytes(b"GGUF" + b"\0" * 100)
        with self.failing("unsupportedModel"):
            load_base(garbage)
        recipe = read_job(write_job(self.folder / "job", self.base)).recipe
        with self.failing("unsupportedModel"):
            wrap(load_base(self.base), replace(recipe, targets=("q_proj", "other_proj")))

    def test_a_new_adapter_changes_nothing(self) -> None:
        base = load_base(self.base)
        before = base(TOKENS).logits
        for method in ("lora", "rslora", "dora"):
            recipe = read_job(write_job(self.folder / method, self.base, recipe={"method": method})).recipe
            torch.testing.assert_close(wrap(load_base(self.base), recipe)(TOKENS).logits, before)

    def test_dora_becomes_plain_lora_that_does_the_same(self) -> None:
        recipe = read_job(write_job(self.folder / "job", self.base, recipe={"method": "dora"})).recipe
        torch.manual_seed(1)
        model = wrap(load_base(self.base), recipe)
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                spread = 0.1 if "magnitude" in name else 0.3
                parameter.data += spread * torch.randn_like(parameter)
        wanted = model(TOKENS).logits.detach()
        converted = to_plain_lora(model)
        self.assertLess(converted.relative_error, 0.01)
        plain = wrap(load_base(self.base), replace(recipe, method="lora", rank=converted.config.r, alpha=converted.config.r))
        own = dict(plain.named_parameters())
        for name, tensor in converted.tensors.items():
            own[name.replace(".weight", ".default.weight")].data.copy_(tensor)
        got = plain(TOKENS).logits.detach()
        self.assertGreater(float(torch.corrcoef(torch.stack((wanted.flatten(), got.flatten())))[0, 1]), 0.999)

    def test_a_loss_that_is_no_number_ends_the_training(self) -> None:
        job = read_job(write_job(self.folder / "job", self.base))
        model = wrap(load_base(self.base), job.recipe)
        optimizer = make_optimizer(model.parameters(), job.recipe)
        session = Session(job, model, optimizer, Events(io.StringIO()), Watch(Events(io.StringIO())), "test")
        batch = collate(job.train)
        learn(session, batch, Progress(), 10)
        next(parameter for parameter in model.parameters() if parameter.requires_grad).data[0, 0] = math.nan
        with self.failing("notFinite"):
            learn(session, batch, Progress(), 10)


class OptimizerTest(FolderCase):
    def test_the_learning_rate_rises_and_falls(self) -> None:
        recipe = read_job(write_job(self.folder / "job", self.base)).recipe
        rates = [learning_rate(recipe, step, 200) for step in range(200)]
        top = rates.index(max(rates))
        self.assertLess(top, 10)
        self.assertAlmostEqual(rates[top], recipe.learning_rate)
        self.assertEqual(rates[top:], sorted(rates[top:], reverse=True))
        self.assertAlmostEqual(rates[-1], recipe.learning_rate / 10, places=4)
        self.assertEqual(learning_rate(recipe, 0, 1), recipe.learning_rate)

    def test_galore_keeps_a_quarter_of_the_moments(self) -> None:
        kept = {}
        for name in ("adamw", "galore"):
            recipe = read_job(write_job(self.folder / name, self.base, recipe={"optimizer": name})).recipe
            model = wrap(load_base(self.base), recipe)
            optimizer = make_optimizer(model.parameters(), recipe)
            # B is zero: without something in it A has no gradient.
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.data += 0.1
            model(TOKENS).logits.square().mean().backward()
            optimizer.step()
            kept[name] = sum(state["exp_avg"].numel() for state in optimizer.state.values())
        self.assertEqual(kept["galore"] * 4, kept["adamw"])
