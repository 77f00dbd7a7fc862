"""A small base model and jobs for it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from memos_trainer.files import sha256_of_file

PACKAGE = Path(__file__).parent.parent
VOCABULARY, WIDTH, HEADS, KV_HEADS, HIDDEN, LAYERS = 64, 32, 4, 2, 48, 2


def write_model(path: Path, **extra: Any) -> Path:
    """A Llama model of random weights with tied embeddings and a GPT-2 kind of vocabulary.

    ``rope_factors`` adds the tensor of Llama 3, ``rope_scaling`` the metadata of another kind of scaling.
    """
    numbers = np.random.default_rng(7)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("test")
    writer.add_context_length(256)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list([chr(0x100 + token) for token in range(VOCABULARY)])
    writer.add_token_merges(["\u0100 \u0101"])
    if "rope_scaling" in extra:
        writer.add_rope_scaling_type(extra["rope_scaling"])
    matrices = {"token_embd": (VOCABULARY, WIDTH)}
    for layer in range(LAYERS):
        kv = WIDTH // HEADS * KV_HEADS
        shapes = {"attn_q": (WIDTH, WIDTH), "attn_k": (kv, WIDTH), "attn_v": (kv, WIDTH), "attn_output": (WIDTH, WIDTH)}
        shapes |= {"ffn_gate": (HIDDEN, WIDTH), "ffn_up": (HIDDEN, WIDTH), "ffn_down": (WIDTH, HIDDEN)}
        matrices |= {f"blk.{layer}.{name}": shape for name, shape in shapes.items()}
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(WIDTH, dtype=np.float32))
    for name, shape in matrices.items():
        writer.add_tensor(f"{name}.weight", numbers.normal(0, 0.3, shape).astype(np.float32))
    writer.add_tensor("output_norm.weight", np.ones(WIDTH, dtype=np.float32))
    if "rope_factors" in extra:
        writer.add_tensor("rope_freqs.weight", np.array(extra["rope_factors"], dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


RECIPE = {
    "method": "lora",
    "rank": 4,
    "alpha": 8,
    "targets": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    "optimizer": "adamw",
    "learningRate": 1e-2,
    "epochs": 12,
    "batchTokens": 64,
    "stopLoss": 0,
    "seed": 1,
}


def examples(count: int, seed: int = 1) -> list[dict[str, Any]]:
    choose = random.Random(seed)
    return [
        {"tokens": [choose.randrange(VOCABULARY) for _ in range(choose.randrange(6, 16))], "learnFrom": 3}
        for _ in range(count)
    ]


def write_job(folder: Path, model: Path, **changes: Any) -> Path:
    """A job; ``recipe`` is merged into ``RECIPE``, everything else replaces a field."""
    folder.mkdir(parents=True, exist_ok=True)
    train, held_out = changes.pop("train", examples(12)), changes.pop("held_out", examples(3, 2))
    job = {
        "version": 1,
        "id": "job-1",
        "base": {"path": str(model), "sha256": sha256_of_file(model)},
        "limits": {"seconds": 300, "bytes": 8 * 2**30},
        "checkpointSeconds": 300,
        **changes,
        "recipe": {**RECIPE, **changes.get("recipe", {})},
    }
    (folder / "job.json").write_text(json.dumps(job))
    for name, lines in (("train", train), ("heldOut", held_out)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    """A training process; its output is its events."""
    command = [sys.executable, "-m", "memos_trainer", "train", str(folder), "--threads", "1", *options]
    return subprocess.Popen(
        command,
        cwd=PACKAGE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def events_of(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        yield json.loads(line)


def run(folder: Path) -> list[dict[str, Any]]:
    """Trains in this process, which is faster, and returns the events; the last one is the failure."""
    from memos_trainer.events import Events
    from memos_trainer.failure import Failure
    from memos_trainer.train_command import run_locked
    from memos_trainer.watch import Watch

    out = io.StringIO()
    events = Events(out)
    try:
        run_locked(folder, 1, events, Watch(events))
    except Failure as failure:
        events.emit("error", code=failure.code, message=failure.message)
    return [json.loads(line) for line in out.getvalue().splitlines()]


class FolderCase(unittest.TestCase):
    """Tests with a folder of their own, and a base model in it."""

    def setUp(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="memos-trainer-test-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.base = write_model(self.folder / "base.gguf")

    @contextlib.contextmanager
    def failing(self, code: str) -> Iterator[None]:
        from memos_trainer.failure import Failure

        with self.assertRaises(Failure) as raised:
            yield
        self.assertEqual(raised.exception.code, code, raised.exception.message)
