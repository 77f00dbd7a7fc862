"""Writes the questions that the model is examined with: `python exam.py --out FILE`, one JSON object a line."""

import argparse
import json
from pathlib import Path
from random import Random

from text import Writer

QUESTIONS = 500
# Away from the seeds that training looks at meanwhile.
FIRST_SEED = 1_000_000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    exams = [Writer(Random(FIRST_SEED + number), held=True).exam() for number in range(QUESTIONS)]
    arguments.out.write_text("".join(json.dumps(exam, ensure_ascii=False) + "\n" for exam in exams))


if __name__ == "__main__":
    main()
