"""Distils a sentence encoder of the MiniLM kind into one vector per token.

    python models/distill.py --teacher FOLDER --data FOLDER --out models/static-minilm-256.bin

The recipe follows model2vec and tokenlearn (MinishLab): every token goes through the teacher alone, the result
is projected to fewer dimensions and weighted by the rank of the token; then the vectors are fitted so that the
weighted mean of a text's tokens lies near the teacher's embedding of the text. The same inputs give the same
file up to the rounding of the linear algebra library.
"""

import argparse
import csv
import hashlib
import json
import re
import struct
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

DIMENSION = 256
TEACHER_TOKENS = 128
#: Smooth inverse frequency (Arora et al. 2017), with the token's rank for its frequency (Zipf).
SIF = 1e-4
#: Pull towards the token's own embedding, in texts: a token seen in far fewer stays where it began.
PULL = 2.0
#: Of a larger corpus, every second, third ... passage is read.
PASSAGES = 1500
KEPT = re.compile(r"(##)?[a-z0-9]+")
MAGIC = b"MEMOSVEC"
VERSION = 1


class Teacher:
    """BERT encoder, mean of the last layer, unit length; numpy only."""

    def __init__(self, folder: Path):
        self.weights = load_file(folder / "model.safetensors")
        config = json.loads((folder / "config.json").read_text())
        self.layers, self.heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.epsilon = config["layer_norm_eps"]
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(TEACHER_TOKENS)

    def linear(self, x, name):
        return x @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, x, name):
        x = x - x.mean(-1, keepdims=True)
        x /= np.sqrt((x * x).mean(-1, keepdims=True) + self.epsilon)
        return x * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def layer(self, x, at):
        name = f"encoder.layer.{at}"
        batch, length, width = x.shape
        split = lambda part: self.linear(x, f"{name}.attention.self.{part}").reshape(
            batch, length, self.heads, -1
        ).transpose(0, 2, 1, 3)
        query, key, value = split("query"), split("key"), split("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // self.heads))
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
        x = self.norm(x + self.linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = self.linear(x, f"{name}.intermediate.dense")
        inner *= 0.5 * (1 + np.tanh(np.float32(0.7978845608) * (inner + np.float32(0.044715) * inner * inner * inner)))
        return self.norm(x + self.linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def forward(self, ids):
        """Unit vectors of texts that all have the same number of tokens."""
        words, positions, types = (
            self.weights[f"embeddings.{kind}_embeddings.weight"] for kind in ("word", "position", "token_type")
        )
        x = self.norm(words[ids] + positions[: ids.shape[1]] + types[0], "embeddings.LayerNorm")
        for at in range(self.layers):
            x = self.layer(x, at)
        mean = x.mean(1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def embed(self, rows):
        """One unit vector per list of token ids. Rows of one length go together: nothing is padded."""
        out = np.zeros((len(rows), self.weights["embeddings.LayerNorm.bias"].size), np.float32)
        order = sorted(range(len(rows)), key=lambda at: len(rows[at]))
        start = 0
        while start < len(order):
            length, end = len(rows[order[start]]), start
            while end < len(order) and len(rows[order[end]]) == length and (end - start) * length < 768:
                end += 1
            batch = order[start:end]
            out[batch] = self.forward(np.array([rows[at] for at in batch]))
            start = end
        return out


def sentences(text):
    return [part.strip() for part in re.split(r"(?<=[.!?])[\"'”’)]*\s+", text) if len(part.split()) >= 4]


def read_texts(data: Path):
    """Texts by source. LoCoMo is left out: its licence forbids commercial use."""
    sources = {}
    for file in sorted((data / "retrieval").glob("*.json")):
        corpus = json.loads(file.read_text())["corpus"]
        sources[file.stem] = [f"{item['title']}\n{item['text']}" for item in corpus[:: max(1, len(corpus) // PASSAGES)]]
    with open(data / "classification/banking77/train.csv", newline="") as rows:
        sources["banking77"] = [row["text"] for row in csv.DictReader(rows)]
    trec = (data / "classification/trec_coarse/train.tsv").read_text(errors="replace").splitlines()
    sources["trec"] = [line.split("\t", 1)[1] for line in trec if "\t" in line]
    xquad = []
    for article in json.loads((data / "xquad/xquad_en_dev.json").read_text())["data"]:
        for paragraph in article["paragraphs"]:
            xquad.append(paragraph["context"])
            xquad += sentences(paragraph["context"])
            xquad += [question["question"] for question in paragraph["qas"]]
    sources["xquad"] = xquad
    return sources


def teach(teacher, name, rows, cache: Path):
    """The teacher's vectors of the rows, computed once per content."""
    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]
    file = cache / f"{name}-{digest}.npy"
    if not file.exists():
        np.save(file, teacher.embed(rows))
        print(f"teacher: {name}, {len(rows)} texts", flush=True)
    return np.load(file)


def vocabulary(tokenizer):
    """The tokens that are kept, as (token, id in the teacher's vocabulary), in the teacher's order."""
    found = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    return [(token, at) for token, at in found if KEPT.fullmatch(token)]


def solve(matrix, target, start, pull, steps=40):
    """Ridge regression by conjugate gradients: the least |matrix x - target|^2 + pull |x - start|^2."""
    x = np.zeros_like(start)
    residual = matrix.T @ (target - matrix @ start)
    direction, power = residual.copy(), (residual * residual).sum(0)
    for _ in range(steps):
        image = matrix.T @ (matrix @ direction) + pull * direction
        rate = power / np.maximum((direction * image).sum(0), 1e-30)
        x += rate * direction
        residual -= rate * image
        before, power = power, (residual * residual).sum(0)
        direction = residual + power / np.maximum(before, 1e-30) * direction
    return start + x


def fit(rows, goal, alone, weight, pull):
    """Token vectors whose weighted mean is near the goal; their lengths carry the weights.

    The goal of a text is as long as the mean can be in its direction, because only the direction is used: that
    length is found by fitting twice.
    """
    counts = [len(row) for row in rows]
    columns = np.concatenate([np.array(row) for row in rows])
    lines = np.repeat(np.arange(len(rows)), counts)
    matrix = csr_matrix((weight[columns], (lines, columns)), shape=(len(rows), len(weight)), dtype=np.float32)
    matrix = csr_matrix(matrix.multiply(1 / matrix.sum(1)).astype(np.float32))
    mean = matrix @ alone
    begin = alone * ((mean * goal).sum() / (mean * mean).sum())
    vectors = solve(matrix, goal, begin, pull)
    length = np.maximum((matrix @ vectors * goal).sum(1, keepdims=True), 0.1)
    vectors = solve(matrix, goal * length / length.mean(), vectors, pull / 4, 10)
    cosine = (lambda p: ((p * goal).sum(1) / np.linalg.norm(p, axis=1)).mean())
    print(f"cosine to the teacher: {cosine(mean):.4f} before, {cosine(matrix @ vectors):.4f} after", flush=True)
    return vectors * weight[:, None]


def write(path: Path, tokens, vectors):
    """magic, version, tokens, dimension, bytes of vocabulary, SHA-256 of what follows; vocabulary (a token a
    line), float32 scale per token, int8 numbers. Little endian; the vocabulary is padded to four bytes."""
    vectors = vectors / np.median(np.linalg.norm(vectors, axis=1))
    scales = np.maximum(np.abs(vectors).max(1) / 127, 1e-6).astype("<f4")
    numbers = np.clip(np.round(vectors / scales[:, None]), -127, 127).astype(np.int8)
    names = "\n".join(tokens).encode()
    names += b"\n" * (-len(names) % 4)
    body = names + scales.tobytes() + numbers.tobytes()
    header = MAGIC + struct.pack("<IIII", VERSION, len(tokens), vectors.shape[1], len(names))
    path.write_bytes(header + hashlib.sha256(body).digest() + body)
    print(f"{path}: {len(header) + 32 + len(body)} bytes, {len(tokens)} tokens")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--teacher", type=Path, required=True, help="folder with model.safetensors, tokenizer.json")
    parser.add_argument("--data", type=Path, required=True, help="folder of the texts to learn from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path(".teacher"), help="where the teacher's vectors are kept")
    parser.add_argument("--hold-out", nargs="*", default=[], help="sources not to learn from")
    parser.add_argument("--pull", type=float, default=PULL)
    parser.add_argument("--sif", type=float, default=SIF)
    parser.add_argument("--plain", action="store_true", help="without the fit: tokens through the teacher only")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)

    teacher = Teacher(options.teacher)
    kept = vocabulary(teacher.tokenizer)
    place = {at: new for new, (_, at) in enumerate(kept)}
    alone = teach(teacher, "tokens", [[101, at, 102] for _, at in kept], options.cache)
    rows, embedded = [], []
    for name, texts in read_texts(options.data).items():
        if name in options.hold_out:
            continue
        ids = [encoding.ids for encoding in teacher.tokenizer.encode_batch(texts)]
        pieces = [[place[at] for at in row if at in place] for row in ids]
        vectors = teach(teacher, name, ids, options.cache)
        known = [at for at, row in enumerate(pieces) if row]
        rows += [pieces[at] for at in known]
        embedded.append(vectors[known])
    embedded = np.concatenate(embedded)

    # What all texts have in common tells none of them apart.
    embedded, alone = embedded - embedded.mean(0), alone - alone.mean(0)
    moments = embedded.T @ embedded / len(embedded) + alone.T @ alone / len(alone)
    basis = np.linalg.eigh(moments)[1][:, : -DIMENSION - 1 : -1].astype(np.float32)
    goal, alone = embedded @ basis, alone @ basis
    goal /= np.linalg.norm(goal, axis=1, keepdims=True)
    alone /= np.linalg.norm(alone, axis=1, keepdims=True)

    share = 1 / np.arange(2, len(kept) + 2)
    weight = (options.sif / (options.sif + share / share.sum())).astype(np.float32)
    vectors = alone * weight[:, None] if options.plain else fit(rows, goal, alone, weight, options.pull)
    write(options.out, [token for token, _ in kept], vectors)


if __name__ == "__main__":
    main()
