"""What a job must be."""

from __future__ import annotations

import json

from memos_trainer.job import MAX_EXAMPLE_TOKENS, read_job

from .support import FolderCase, examples, write_job


class JobTest(FolderCase):
    def test_equal_jobs_have_equal_digests_and_others_do_not(self) -> None:
        digests = [
            read_job(write_job(self.folder / str(at), self.base, **changes)).digest
            for at, changes in enumerate(
                [
                    {},
                    {"limits": {"seconds": 5, "bytes": 1e9}},
                    {"recipe": {"seed": 2}},
                    {"recipe": {"rank": 5}},
                    {"id": "job-2"},
                    {"train": examples(13)},
                    {"held_out": examples(4, 2)},
                ]
            )
        ]
        self.assertEqual(digests[0], digests[1])
        self.assertEqual(len(set(digests)), len(digests) - 1)

    def test_what_is_no_job_is_refused(self) -> None:
        wrong: list[dict[str, object]] = [
            {"version": 2},
            {"id": "../x"},
            {"id": ""},
            {"base": {"path": str(self.base), "sha256": "x"}},
            {"limits": {"seconds": 0, "bytes": 1}},
            {"limits": {"seconds": 1, "bytes": float("inf")}},
            {"limits": []},
            {"train": []},
            {"train": [{"tokens": [1], "learnFrom": 0}]},
            {"train": [{"tokens": [1, 2], "learnFrom": 2}]},
            {"train": [{"tokens": [1, -2], "learnFrom": 1}]},
            {"train": [{"tokens": [1, True], "learnFrom": 1}]},
            {"train": [{"tokens": [1] * (MAX_EXAMPLE_TOKENS + 1), "learnFrom": 1}]},
            {"train": ["x"]},
            *({"recipe": {name: value}} for name, value in {
                "method": "full",
                "rank": 257,
                "alpha": 0,
                "targets": ["lm_head"],
                "optimizer": "sgd",
                "learningRate": "1",
                "epochs": 0,
                "batchTokens": 1,
                "stopLoss": -1,
                "seed": 1.5,
            }.items()),
        ]
        for at, changes in enumerate(wrong):
            with self.subTest(str(changes)), self.failing("invalidJob"):
                read_job(write_job(self.folder / str(at), self.base, **changes))

    def test_a_job_without_files_or_with_garbage_is_refused(self) -> None:
        with self.failing("invalidJob"):
            read_job(self.folder / "absent")
        folder = write_job(self.folder / "job", self.base)
        (folder / "train.jsonl").write_bytes(b"\xff{")
        with self.failing("invalidJob"):
            read_job(folder)
        (folder / "job.json").write_text(json.dumps([]))
        with self.failing("invalidJob"):
            read_job(folder)
        (folder / "job.json").write_text(" " * (1024 * 1024 + 1))
        with self.failing("invalidJob"):
            read_job(folder)

    def test_the_first_token_is_never_learned(self) -> None:
        folder = write_job(self.folder / "job", self.base, train=[{"tokens": [1, 2], "learnFrom": 0}])
        self.assertEqual(read_job(folder).train[0].learn_from, 1)
