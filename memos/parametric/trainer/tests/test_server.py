"""The trainer as a server: what it takes, refuses, streams and forgets."""

from __future__ import annotations

import http.client
import json
import os
import threading
from typing import Any
from unittest.mock import patch

from memos_trainer import job_queue, server, spool
from memos_trainer.files import OUT_FOLDER, RESULT_FILE, WEIGHTS_FILE, sha256_of_file
from memos_trainer.job_queue import JobQueue, Run
from memos_trainer.server import TrainerServer, serve
from memos_trainer.spool import Spool

from .support import RECIPE, FolderCase, examples

KEY = "a-key-of-16-characters"


class ServerTest(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.sha256 = sha256_of_file(self.base)
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.trained: list[str] = []
        self.start()

    def start(self) -> None:
        """A server whose training is a stand-in that waits until it is released."""
        patcher = patch.object(job_queue, "train", self.stand_in)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.spool = Spool(self.folder / "spool")
        self.server = TrainerServer(("127.0.0.1", 0), self.spool, JobQueue(self.spool), KEY)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def stand_in(self, of: Spool, run: Run) -> None:
        self.trained.append(run.id)
        run.add('{"event": "start"}')
        while not self.release.wait(0.01) and not run.cancelled:
            pass
        out = of.job(run.id) / OUT_FOLDER
        out.mkdir()
        (out / WEIGHTS_FILE).write_bytes(b"weights")
        (out / RESULT_FILE).write_text("{}")
        run.add('{"event": "done"}')

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=30)
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {KEY}", **headers})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def send_base(self) -> None:
        self.assertEqual(self.ask("PUT", f"/v1/bases/{self.sha256}", self.base.read_bytes())[0], 201)

    def send_job(self, job_id: str, **changes: Any) -> tuple[int, bytes]:
        job = {
            "id": job_id,
            "base": self.sha256,
            "recipe": RECIPE,
            "limits": {"seconds": 60, "bytes": 2**30},
            "train": examples(4),
            "heldOut": [],
            **changes,
        }
        return self.ask("POST", "/v1/jobs", json.dumps(job).encode())

    def events(self, job_id: str, start: int = 0) -> list[str]:
        status, body = self.ask("GET", f"/v1/jobs/{job_id}/events?from={start}")
        self.assertEqual(status, 200)
        lines = [json.loads(line)["event"] for line in body.splitlines()]
        return [line for line in lines if line != "heartbeat"]

    def test_nothing_is_answered_without_the_key(self) -> None:
        for given in ("", f"Bearer {KEY[:-1]}", f"Bearer {KEY}x", KEY, "Bearer \u00e9"):
            for method, path in (("GET", "/v1/health"), ("PUT", f"/v1/bases/{self.sha256}"), ("POST", "/v1/jobs")):
                self.assertEqual(self.ask(method, path, b"", Authorization=given)[0], 401)
        self.assertEqual(self.ask("GET", "/v1/health")[0], 200)

    def test_a_server_does_not_start_with_a_key_that_can_be_guessed(self) -> None:
        for key in ("", "short", "with space and longer"):
            self.assertEqual(serve("127.0.0.1", 0, self.folder / "other", key), 64)

    def test_a_base_is_taken_once_and_only_with_its_own_hash(self) -> None:
        path = f"/v1/bases/{self.sha256}"
        self.assertEqual(self.ask("HEAD", path)[0], 404)
        self.assertEqual(self.ask("PUT", path, b"something else")[0], 422)
        self.assertEqual(self.ask("HEAD", path)[0], 404)
        self.send_base()
        self.assertEqual(self.ask("HEAD", path), (200, b""))
        self.assertEqual([path.suffix for path in (self.folder / "spool" / "bases").iterdir()], [".gguf"])

    def test_what_is_too_large_is_refused_before_it_is_read(self) -> None:
        with patch.object(server, "MAX_BASE_BYTES", 10), patch.object(server, "MAX_JOB_BYTES", 10):
            self.assertEqual(self.ask("PUT", f"/v1/bases/{self.sha256}", b"x" * 11)[0], 413)
            self.assertEqual(self.ask("POST", "/v1/jobs", b"x" * 11)[0], 413)
        self.assertEqual(self.ask("POST", "/v1/jobs", b"{}", **{"Content-Length": "-1"})[0], 411)
        self.assertEqual(self.ask("POST", "/v1/jobs", b"{}", **{"Transfer-Encoding": "chunked"})[0], 411)

    def test_the_bases_that_were_used_longest_ago_go_first(self) -> None:
        for at in range(3):
            path = self.spool.base(f"{at:064x}")
            path.write_bytes(b"x")
            os.utime(path, (at, at))
        with patch.object(spool, "MAX_BASES", 1):
            self.spool.forget_bases({f"{0:064x}"})
        left = sorted(path.stem for path in (self.folder / "spool" / "bases").iterdir())
        self.assertEqual(left, [f"{0:064x}", f"{2:064x}"])

    def test_names_that_lead_elsewhere_are_refused(self) -> None:
        self.send_base()
        for name in ("..", "%2e%2e", ".hidden", "a%2fb", "a" * 129, "", "a%00"):
            self.assertIn(self.ask("GET", f"/v1/jobs/{name}/events")[0], (400, 404), name)
            self.assertIn(self.ask("DELETE", f"/v1/jobs/{name}")[0], (400, 404), name)
            self.assertIn(self.ask("PUT", f"/v1/bases/{name}", b"x")[0], (400, 404), name)
        for job_id in ("../x", "a/b", "", 7, None, "x" * 129):
            self.assertEqual(self.send_job(job_id)[0], 400, job_id)  # type: ignore[arg-type]
        self.assertEqual(list((self.folder / "spool" / "jobs").iterdir()), [])

    def test_what_is_no_job_is_refused(self) -> None:
        self.assertEqual(self.send_job("one")[0], 422)
        self.send_base()
        self.assertEqual(self.ask("POST", "/v1/jobs", b"{")[0], 400)
        self.assertEqual(self.ask("POST", "/v1/jobs", b"[" * 100_000)[0], 400)
        self.assertEqual(self.ask("POST", "/v1/jobs", b"[]")[0], 400)
        for changes in ({"train": []}, {"train": "x"}, {"recipe": {}}, {"limits": {}}, {"heldOut": [{}]}):
            self.assertEqual(self.send_job("one", **changes)[0], 400, changes)
        self.assertEqual(list((self.folder / "spool" / "jobs").iterdir()), [])
        self.assertEqual(self.ask("GET", "/v1/nothing")[0], 404)
        self.assertEqual(self.ask("PUT", "/v1/jobs", b"")[0], 405)

    def test_events_are_told_as_they_come_and_again_from_any_number(self) -> None:
        self.send_base()
        self.assertEqual(self.send_job("one")[0], 202)
        self.assertEqual(self.send_job("one")[0], 202)
        self.release.set()
        self.assertEqual(self.events("one"), ["start", "done"])
        self.assertEqual(self.events("one", 1), ["done"])
        self.assertEqual(self.events("one", 9), [])
        self.assertEqual(self.trained, ["one"])
        self.assertEqual(self.ask("GET", "/v1/jobs/one/events?from=x")[0], 400)

    def test_artefacts_are_there_when_the_job_is_done(self) -> None:
        self.send_base()
        self.send_job("one")
        self.assertEqual(self.ask("GET", "/v1/jobs/one/artefacts/weights")[0], 404)
        self.release.set()
        self.events("one")
        self.assertEqual(self.ask("GET", "/v1/jobs/one/artefacts/weights"), (200, b"weights"))
        for name in ("config", "other", "..", "../job.json"):
            self.assertEqual(self.ask("GET", f"/v1/jobs/one/artefacts/{name}")[0], 404, name)

    def test_another_job_of_the_same_id_is_refused(self) -> None:
        self.send_base()
        self.send_job("one")
        self.assertEqual(self.send_job("one", train=examples(5))[0], 409)

    def test_one_job_trains_and_no_more_wait_than_are_allowed(self) -> None:
        self.send_base()
        with patch.object(job_queue, "MAX_JOBS", 2):
            self.assertEqual([self.send_job(name)[0] for name in ("one", "two", "three")], [202, 202, 429])
        self.assertEqual(self.trained, ["one"])
        self.release.set()
        self.assertEqual(self.events("two"), ["start", "done"])

    def test_a_cancelled_job_leaves_nothing(self) -> None:
        self.send_base()
        self.send_job("one")
        self.assertEqual(self.ask("DELETE", "/v1/jobs/one")[0], 204)
        self.assertEqual(self.ask("DELETE", "/v1/jobs/one")[0], 404)
        self.assertEqual(self.ask("GET", "/v1/jobs/one/events")[0], 404)
        self.assertEqual(list((self.folder / "spool" / "jobs").iterdir()), [])

    def test_a_server_that_starts_again_knows_what_is_done(self) -> None:
        self.send_base()
        self.send_job("done")
        self.release.set()
        self.events("done")
        left = Spool(self.folder / "spool")
        (left.job("left")).mkdir()
        (left.job("left") / "job.json").write_text("{}")
        jobs = JobQueue(left)
        known = [jobs.get(name) for name in ("done", "left")]
        self.assertEqual([json.loads(run.lines[-1])["event"] for run in known if run is not None], ["done", "error"])


class QueueTest(FolderCase):
    def test_a_training_that_dies_or_says_nothing_is_an_error(self) -> None:
        of = Spool(self.folder / "spool")
        for name, code in (("dies", "raise SystemExit(3)"), ("hangs", "import time; time.sleep(60)")):
            of.job(name).mkdir()
            run = Run(name)
            with patch.object(job_queue, "SILENCE_SECONDS", 0.1), patch.object(job_queue, "COMMAND", ("-c", code)):
                job_queue.train(of, run)
            self.assertEqual(json.loads(run.lines[-1])["code"], "internal")

    def test_a_training_does_not_see_the_key(self) -> None:
        of = Spool(self.folder / "spool")
        of.job("one").mkdir()
        code = "import json, os; print(json.dumps({'event': 'done', 'key': os.environ.get('MEMOS_TRAINER_KEY')}))"
        run = Run("one")
        with patch.dict("os.environ", MEMOS_TRAINER_KEY=KEY), patch.object(job_queue, "COMMAND", ("-c", code)):
            job_queue.train(of, run)
        self.assertIsNone(json.loads(run.lines[-1])["key"])
