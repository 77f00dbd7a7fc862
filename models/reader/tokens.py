"""The tokenizer: byte-level BPE as GPT-2 has it, with two tokens of its own for ChatML."""

from pathlib import Path
from random import Random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from text import ANSWER_WEIGHT, TEXT_WEIGHT, Talk, Writer, books

VOCABULARY = 2048
END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"


def trained_tokenizer(book_folder: Path) -> Tokenizer:
    """Trained on what the model is trained on; the same every time."""
    tokenizer = Tokenizer(models.BPE())
    # The expression is GPT-2's: llama.cpp knows it under that name.
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[END_OF_TEXT, TURN_START, TURN_END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    writer = Writer(Random(7))

    def corpus():
        for _ in range(4000):
            for _, text in writer.talk(12, 6).messages:
                yield text
        yield from books(book_folder)

    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


class Encoder:
    """Conversations as the tokens and weights that the model learns from."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.start = tokenizer.token_to_id(TURN_START)
        self.end = tokenizer.token_to_id(TURN_END)
        self.pad = tokenizer.token_to_id(END_OF_TEXT)
        self._newline = self.text("\n")

    def text(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def decoded(self, ids: list[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=True)

    def prompt(self, messages: list[tuple[str, str]]) -> list[int]:
        """Up to where the answer begins. Piece by piece, as the engine does it."""
        tokens: list[int] = []
        for role, text in messages:
            tokens += [self.start, *self.text(f"{role}\n"), *self.text(text), self.end, *self._newline]
        return [*tokens, self.start, *self.text("assistant\n")]

    def talk(self, talk: Talk) -> tuple[list[int], list[float]]:
        tokens: list[int] = []
        weights: list[float] = []
        for role, text in talk.messages:
            head = [self.start, *self.text(f"{role}\n")]
            body = [*self.text(text), self.end]
            tokens += [*head, *body, *self._newline]
            weight = ANSWER_WEIGHT if role == "assistant" else TEXT_WEIGHT
            weights += [0.0] * len(head) + [weight] * len(body) + [0.0]
        return tokens, weights
