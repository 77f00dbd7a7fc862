"""Training as a process: what it learns, and what it survives."""

from __future__ import annotations

import io
import json
import signal
import sys
import unittest
from pathlib import Path
from typing import Any
from unittest.mock import patch

from filelock import FileLock
from safetensors import safe_open

from memos_trainer import checkpoint, train_command
from memos_trainer.events import Events
from memos_trainer.failure import EXIT_LIMIT, EXIT_STOPPED
from memos_trainer.train_command import LOCK_FILE
from memos_trainer.watch import Watch

from .support import FolderCase, events_of, examples, run, start, write_job


def weights_of(folder: Path) -> bytes:
    return (folder / "out" / "adapter_model.safetensors").read_bytes()


def result_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "out" / "result.json").read_text())


class TrainingTest(FolderCase):
    def test_the_loss_falls_and_the_artefacts_are_there(self) -> None:
        folder = write_job(self.folder / "job", self.base)
        events = run(folder)
        kinds = [event["event"] for event in events]
        self.assertEqual([kinds[0], *sorted(set(kinds[1:-1])), kinds[-1]], ["start", "progress", "done"])
        points = [event for event in events if event["event"] == "progress"]
        self.assertLess(points[-1]["loss"], points[0]["loss"] / 2)
        self.assertIn("heldOutLoss", points[-1])
        self.assertEqual(points[-1]["step"], events[-1]["steps"])
        self.assertEqual(len(result_of(folder)["curve"]), len(points))
        config = json.loads((folder / "out" / "adapter_config.json").read_text())
        self.assertEqual((config["peft_type"], config["r"], config["lora_alpha"]), ("LORA", 4, 8))
        self.assertIsNone(config["base_model_name_or_path"])
        with safe_open(folder / "out" / "adapter_model.safetensors", "numpy") as file:
            self.assertIn("base_model.model.model.layers.1.mlp.down_proj.lora_B.weight", file.keys())

    def test_every_method_and_optimizer_goes_on_after_a_kill_as_if_nothing_had_been(self) -> None:
        for method, optimizer in (("lora", "adamw"), ("dora", "galore")):
            with self.subTest(f"{method}, {optimizer}"):
                changes = {"recipe": {"method": method, "optimizer": optimizer}}
                whole = write_job(self.folder / f"whole-{method}", self.base, **changes)
                self.assertEqual(run(whole)[-1]["event"], "done")
                killed = write_job(self.folder / f"killed-{method}", self.base, checkpointSeconds=0, **changes)
                with start(killed) as process:
                    for event in events_of(process):
                        if event["event"] == "checkpoint" and event["step"] >= 7:
                            process.kill()
                            break
                self.assertFalse((killed / "out").exists())
                events = run(killed)
                self.assertEqual(events[-1]["event"], "done", events[-1])
                resumed = next(event["resumedAt"] for event in events if event["event"] == "start")
                self.assertGreaterEqual(resumed, 7)
                self.assertEqual(weights_of(killed), weights_of(whole))
                curves = [
                    [{name: value for name, value in point.items() if name != "seconds"} for point in result["curve"]]
                    for result in map(result_of, (killed, whole))
                ]
                self.assertEqual(curves[0], curves[1])
                self.assertFalse((killed / "checkpoint.pt").exists())

    def test_a_checkpoint_of_another_job_or_a_damaged_one_is_passed_over(self) -> None:
        folder = write_job(self.folder / "job", self.base, checkpointSeconds=0, recipe={"epochs": 30})
        with patch.object(checkpoint, "remove"):
            run(folder)
        kept = (folder / "checkpoint.pt").read_bytes()
        for epochs, content in ((2, kept), (3, kept[: len(kept) // 2]), (4, b"")):
            write_job(folder, self.base, recipe={"epochs": epochs})
            (folder / "checkpoint.pt").write_bytes(content)
            events = run(folder)
            self.assertEqual(events[-1]["event"], "done", events[-1])
            self.assertEqual(next(event for event in events if event["event"] == "start")["resumedAt"], 0)

    def test_a_job_that_is_done_is_not_trained_again(self) -> None:
        folder = write_job(self.folder / "job", self.base)
        first = run(folder)[-1]
        kept = weights_of(folder)
        self.assertEqual(run(folder), [first])
        self.assertEqual(weights_of(folder), kept)
        write_job(folder, self.base, recipe={"seed": 2})
        run(folder)
        self.assertNotEqual(weights_of(folder), kept)

    @unittest.skipIf(sys.platform == "win32", "Windows has no SIGTERM")
    def test_sigterm_leaves_a_checkpoint(self) -> None:
        folder = write_job(self.folder / "job", self.base, recipe={"epochs": 1_000, "batchTokens": 64})
        with start(folder) as process:
            events = events_of(process)
            next(event for event in events if event["event"] == "progress")
            process.send_signal(signal.SIGTERM)
            rest = [event for event in events if event["event"] in ("checkpoint", "error")]
        self.assertEqual(process.returncode, EXIT_STOPPED)
        self.assertEqual([event["event"] for event in rest], ["checkpoint", "error"])
        self.assertEqual(rest[-1]["code"], "stopped")
        self.assertTrue((folder / "checkpoint.pt").exists())

    def test_the_end_of_standard_input_leaves_a_checkpoint(self) -> None:
        folder = write_job(self.folder / "job", self.base, recipe={"epochs": 1_000})
        with start(folder, "--attended") as process:
            events = events_of(process)
            next(event for event in events if event["event"] == "progress")
            assert process.stdin is not None
            process.stdin.close()
            self.assertEqual([event for event in events][-1]["code"], "stopped")
        self.assertEqual(process.returncode, EXIT_STOPPED)

    def test_limits_end_the_training(self) -> None:
        folder = write_job(self.folder / "time", self.base, limits={"seconds": 0.01, "bytes": 8 * 2**30})
        self.assertEqual([event["event"] for event in run(folder)], ["start", "checkpoint", "error"])
        self.assertEqual(run(folder)[-1]["code"], "timeLimit")
        folder = write_job(self.folder / "memory", self.base, limits={"seconds": 60, "bytes": 64 * 2**20})
        with start(folder) as process:
            self.assertEqual([*events_of(process)][-1]["code"], "memoryLimit")
        self.assertEqual(process.returncode, EXIT_LIMIT)

    def test_signs_of_life_end_when_the_work_hangs(self) -> None:
        out = io.StringIO()
        watch = Watch(Events(out), stall_seconds=-1.0)
        watch.beat()
        self.assertEqual(out.getvalue(), "")
        watch = Watch(Events(out))
        watch.beat()
        self.assertEqual(json.loads(out.getvalue())["event"], "heartbeat")

    def test_it_ends_early_when_enough_is_learned(self) -> None:
        folder = write_job(self.folder / "job", self.base, train=examples(2), recipe={"epochs": 900, "stopLoss": 0.5})
        events = run(folder)
        self.assertEqual(events[-1]["event"], "done", events[-1])
        last = [event for event in events if event["event"] == "progress"][-1]
        self.assertLess(last["step"], last["steps"])
        self.assertIn("heldOutLoss", last)

    def test_what_cannot_be_trained_says_why(self) -> None:
        cases = {
            "wrongBase": {"base": {"path": str(self.base), "sha256": "0" * 64}},
            "invalidJob": {"train": [{"tokens": [1, 64], "learnFrom": 1}]},
        }
        for code, changes in cases.items():
            self.assertEqual(run(write_job(self.folder / code, self.base, **changes))[-1]["code"], code)

    def test_two_trainers_do_not_work_in_one_folder(self) -> None:
        folder = write_job(self.folder / "job", self.base)
        with FileLock(folder / LOCK_FILE), patch.object(train_command, "LOCK_SECONDS", 0):
            self.assertEqual(run(folder)[-1]["code"], "busy")
