"""Trains the small model that answers from memory: `python train.py --books FOLDER --out FOLDER`.

A step learns from conversations that are made up as they are needed, so none is ever seen twice. It goes on from its
last checkpoint. On two quiet cores the default course takes about an hour and a half; on a GPU, `--step-tokens 65536
--steps 6000 --writers 15` is thirteen times as much in a few minutes.
"""

import argparse
import json
import time
from itertools import islice
from multiprocessing import Value
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer
from torch.nn import functional
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import LlamaConfig, LlamaForCausalLM

from attention import NAME as ATTENTION
from text import ANSWER_WEIGHT, INSTRUCTIONS, TEXT_WEIGHT, Writer, books
from tokens import VOCABULARY, Encoder, trained_tokenizer

POOL = 192
LONGEST = 1_536
WIDTH_STEP = 64
WARM_UP = 60
DECAY_SHARE = 0.35
CHECKPOINT_STEPS = 100
BOOK_WEIGHT = 0.3
LOOKED_AT = 1 / 8
ROWS_STEP = 512
# Up to which part of the training, and what it is made of. Copying is learned first, and then what to copy.
COURSE = [
    (0.15, {"plain": 25, "restated": 40, "pairs": 25, "books": 5, "closed": 5}),
    (0.35, {"plain": 25, "restated": 40, "pairs": 10, "talk": 20, "books": 3, "closed": 2}),
    (0.6, {"talk": 50, "long": 3, "plain": 12, "restated": 25, "pairs": 5, "books": 3, "closed": 2}),
    (9.9, {"talk": 70, "long": 7, "plain": 6, "restated": 10, "books": 3, "closed": 4}),
]
MATRIX_RATE, OTHER_RATE = 0.01, 1e-3

CONFIG = LlamaConfig(
    vocab_size=VOCABULARY,
    hidden_size=256,
    intermediate_size=704,
    num_hidden_layers=5,
    num_attention_heads=8,
    num_key_value_heads=4,
    head_dim=32,
    max_position_embeddings=2048,
    rms_norm_eps=1e-5,
    rope_theta=10_000.0,
    tie_word_embeddings=True,
    attention_bias=False,
    mlp_bias=False,
)


def samples(random: Random, encoder: Encoder, paragraphs: list[str], progress: float):
    """Conversations without end, longer and harder as training goes on."""
    writer = Writer(random)
    shares = next(shares for until, shares in COURSE if progress < until)
    while True:
        (kind,) = random.choices(list(shares), list(shares.values()))
        if kind in ("restated", "pairs"):
            count = random.randint(3, 5 if progress < 0.05 else 8 if progress < 0.15 else 14)
            told, again = writer.pairs(count) if kind == "pairs" else writer.restated(count)
            tokens, weights = [encoder.pad, *encoder.text(told)], [0.0] + [TEXT_WEIGHT] * len(encoder.text(told))
            for known, wanted in again:
                for text, weight in ((known, TEXT_WEIGHT), (wanted, ANSWER_WEIGHT)):
                    tokens += encoder.text(text)
                    weights += [weight] * (len(tokens) - len(weights))
            yield [*tokens, encoder.pad], [*weights, 0.0]
        elif kind == "books":
            text = encoder.text(random.choice(paragraphs))[:384]
            yield [encoder.pad, *text], [0.0] + [BOOK_WEIGHT] * len(text)
        elif kind == "closed":
            yield encoder.talk(writer.closed_book(random.randint(1, 3)))
        elif kind == "plain":
            yield encoder.talk(writer.talk(2 + round(min(progress, 0.15) * 40), 6, plain=True))
        elif kind == "long":
            yield encoder.talk(writer.talk(36, 12))
        else:
            yield encoder.talk(writer.talk(5 if progress < 0.25 else 12, random.randint(5, 14)))


class Batches(IterableDataset):
    """Of samples of about one length each: little is padding, and few shapes have to be prepared for."""

    def __init__(self, seed: int, tokenizer: Path, book_folder: Path, step_tokens: int, steps: int, step) -> None:
        self.seed = seed
        self.tokenizer = tokenizer
        self.book_folder = book_folder
        self.step_tokens = step_tokens
        self.steps = steps
        self.step = step

    def __iter__(self):
        worker = get_worker_info()
        random = Random(self.seed if worker is None else f"{self.seed} {worker.id}")
        encoder = Encoder(Tokenizer.from_file(str(self.tokenizer)))
        paragraphs = books(self.book_folder)
        waiting: dict[int, list] = {}
        while True:
            for tokens, weights in islice(samples(random, encoder, paragraphs, self.step.value / self.steps), POOL):
                width = min(LONGEST, -(-len(tokens) // WIDTH_STEP) * WIDTH_STEP)
                rows = waiting.setdefault(width, [])
                rows.append((tokens[:width], weights[:width]))
                if len(rows) == self.step_tokens // width:
                    yield padded(waiting.pop(width), width, encoder.pad)


def padded(rows: list, width: int, pad: int) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.full((len(rows), width), pad)
    weight = torch.zeros((len(rows), width))
    for row, (tokens, weights) in enumerate(rows):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        weight[row, : len(weights)] = torch.tensor(weights)
    return ids, weight


def loss_of(model: LlamaForCausalLM, ids: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Of what counts little, a share is looked at and counts the more: to look at all of it is half the work."""
    counted, wanted = weight[:, 1:].flatten(), ids[:, 1:].flatten()
    much = (counted > TEXT_WEIGHT).nonzero().squeeze(1)
    little = ((counted > 0) & (counted <= TEXT_WEIGHT)).nonzero().squeeze(1)
    # Of few different sizes: a matrix of a new size has to be prepared for.
    room = -(-int(len(much) + LOOKED_AT * len(little)) // ROWS_STEP) * ROWS_STEP
    chosen = little[torch.randperm(len(little), device=ids.device)[: room - len(much)]]
    rows = torch.cat([much, chosen])
    share = len(little) / max(1, len(chosen))
    scale = torch.cat([torch.ones(len(much), device=ids.device), torch.full((len(chosen),), share, device=ids.device)])
    # Padding stands at the end, where causal attention never looks.
    with torch.autocast(ids.device.type, dtype=torch.bfloat16):
        hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1].flatten(0, 1)
        logits = functional.linear(hidden[rows], model.lm_head.weight)
    each = functional.cross_entropy(logits.float(), wanted[rows], reduction="none")
    return (each * counted[rows] * scale).sum() / counted.sum()


@torch.no_grad()
def answered(model: LlamaForCausalLM, encoder: Encoder, messages: list[tuple[str, str]], most: int = 16) -> str:
    """The greedy answer."""
    device = model.device
    ids = torch.tensor([encoder.prompt(messages)], device=device)
    cache, said = None, []
    learning = model.config._attn_implementation
    model.set_attn_implementation("sdpa")
    while len(said) < most:
        out = model(input_ids=ids, past_key_values=cache, use_cache=True)
        cache, token = out.past_key_values, int(out.logits[0, -1].argmax())
        if token == encoder.end:
            break
        said.append(token)
        ids = torch.tensor([[token]], device=device)
    model.set_attn_implementation(learning)
    return encoder.decoded(said).strip()


def exam(model: LlamaForCausalLM, encoder: Encoder, questions: list[dict], instructions: str) -> dict[str, float]:
    """Share of exact answers, in all and of each kind."""
    right: dict[str, list[bool]] = {}
    for one in questions:
        said = answered(model, encoder, [("system", f"{instructions}\n\n{one['block']}"), ("user", one["question"])])
        right.setdefault(one["kind"], []).append(said == one["answer"])
    every = [hit for hits in right.values() for hit in hits]
    return {"all": sum(every) / len(every), **{kind: sum(hits) / len(hits) for kind, hits in sorted(right.items())}}


def rate(step: int, steps: int) -> float:
    """Warm-up, a plateau, and a linear fall."""
    fall = steps * DECAY_SHARE
    return min(1.0, (step + 1) / WARM_UP, max(0.02, (steps - step) / fall))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--books", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--step-tokens", type=int, default=8_192)
    parser.add_argument("--exam-steps", type=int, default=250, help="how often the model is examined meanwhile")
    parser.add_argument("--writers", type=int, default=0, help="processes that make up conversations")
    arguments = parser.parse_args()
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "tokenizer.json").exists():
        trained_tokenizer(arguments.books).save(str(out / "tokenizer.json"))
    encoder = Encoder(Tokenizer.from_file(str(out / "tokenizer.json")))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(1)
    model = LlamaForCausalLM(CONFIG).to(device)
    model.set_attn_implementation(ATTENTION if device == "cpu" else "sdpa")
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    others = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    optimizers = [
        torch.optim.Muon(matrices, lr=MATRIX_RATE, weight_decay=0.01, adjust_lr_fn="original"),
        torch.optim.AdamW(others, lr=OTHER_RATE, betas=(0.9, 0.95), weight_decay=0.0),
    ]
    rates = [group["lr"] for optimizer in optimizers for group in optimizer.param_groups]
    first = 0
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, map_location=device)
        first = saved["step"]
        model.load_state_dict(saved["model"])
        for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
    questions = [Writer(Random(seed), held=True).exam() for seed in range(100)]
    seen, started, mean = 0, time.time(), None
    written = Value("l", first)
    batches = Batches(
        1000 + first, out / "tokenizer.json", arguments.books, arguments.step_tokens, arguments.steps, written
    )
    stream = iter(DataLoader(batches, batch_size=None, num_workers=arguments.writers))
    for step in range(first, arguments.steps):
        written.value = step
        ids, weight = (part.to(device, non_blocking=True) for part in next(stream))
        groups = [group for optimizer in optimizers for group in optimizer.param_groups]
        for group, base in zip(groups, rates, strict=True):
            group["lr"] = base * rate(step, arguments.steps)
        loss = loss_of(model, ids, weight)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        seen += ids.numel()
        mean = loss.detach() if mean is None else 0.95 * mean + 0.05 * loss.detach()
        if (step + 1) % 25 == 0:
            print(json.dumps({"step": step + 1, "loss": round(mean.item(), 4), "tokens/s": round(seen / (time.time() - started)), "minutes": round((time.time() - started) / 60, 1)}), flush=True)
        if (step + 1) % arguments.exam_steps == 0 or step + 1 == arguments.steps:
            print(json.dumps({"step": step + 1, "exam": exam(model, encoder, questions, INSTRUCTIONS)}), flush=True)
        if (step + 1) % CHECKPOINT_STEPS == 0 or step + 1 == arguments.steps:
            state = {"step": step + 1, "model": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers]}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
    model.save_pretrained(out / "hf", safe_serialization=True)


if __name__ == "__main__":
    main()
