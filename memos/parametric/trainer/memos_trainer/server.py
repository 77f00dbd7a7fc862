"""The trainer as a server: the jobs of ``train`` over HTTP.

=======  ================================  ==================================================================
GET      /v1/health                        200 with the release
HEAD     /v1/bases/{sha256}                200 or 404
PUT      /v1/bases/{sha256}                201; the body is the GGUF file
POST     /v1/jobs                          202; {id, base: sha256, recipe, limits, train, heldOut}
GET      /v1/jobs/{id}/events?from=n       200; JSON lines as they come, from number n on
GET      /v1/jobs/{id}/artefacts/{name}    200; weights, config or result
DELETE   /v1/jobs/{id}                     204; stops the job and removes all of it
=======  ================================  ==================================================================

Every request bears the key. It speaks plain HTTP: between machines it belongs behind a proxy that speaks TLS.
"""

from __future__ import annotations

import hmac
import json
import re
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from . import VERSION
from .failure import Failure
from .job_queue import JobQueue, QueueFull
from .spool import MAX_BASE_BYTES, Spool

MIN_KEY_CHARACTERS = 16

# Bytes of a job, and of a piece in which a body is read.
MAX_JOB_BYTES = 512 * 1024 * 1024
PIECE_BYTES = 1024 * 1024

# Connections at a time, and seconds that one may keep the server waiting.
MAX_CONNECTIONS = 64
IDLE_SECONDS = 60.0

STATUS = {"invalidJob": 400, "wrongBase": 422, "busy": 409, "full": 429}

ROUTES = (
    ("GET", re.compile(r"/v1/health"), "health"),
    ("HEAD", re.compile(r"/v1/bases/([^/]*)"), "has_base"),
    ("PUT", re.compile(r"/v1/bases/([^/]*)"), "put_base"),
    ("POST", re.compile(r"/v1/jobs"), "post_job"),
    ("GET", re.compile(r"/v1/jobs/([^/]*)/events"), "get_events"),
    ("GET", re.compile(r"/v1/jobs/([^/]*)/artefacts/([^/]*)"), "get_artefact"),
    ("DELETE", re.compile(r"/v1/jobs/([^/]*)"), "delete_job"),
)


class Refused(Exception):
    """A request ends here, with a status and an error in JSON."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class TrainerServer(ThreadingHTTPServer):
    """The server with what its requests share."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], spool: Spool, jobs: JobQueue, key: str) -> None:
        self.spool, self.jobs, self.key = spool, jobs, key.encode()
        self._connections = threading.BoundedSemaphore(MAX_CONNECTIONS)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def process_request(self, request, client_address) -> None:  # noqa: ANN001: as the library has it
        if self._connections.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address) -> None:  # noqa: ANN001: as the library has it
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "memos-trainer"
    sys_version = ""
    timeout = IDLE_SECONDS
    server: TrainerServer

    def handle_request(self) -> None:
        try:
            self.authorise()
            path = urlsplit(self.path).path
            known = False
            for method, pattern, name in ROUTES:
                match = pattern.fullmatch(path)
                if match is not None:
                    known = True
                    if method == self.command:
                        getattr(self, name)(*match.groups())
                        return
            raise Refused(405, "method", "Not so.") if known else Refused(404, "notFound", "There is no such thing.")
        except Refused as refused:
            self.refuse(refused)
        except Failure as failure:
            self.refuse(Refused(STATUS.get(failure.code, 500), failure.code, failure.message))
        except QueueFull:
            self.refuse(Refused(429, "full", "As many jobs as are taken wait already."))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_request

    def authorise(self) -> None:
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, b"Bearer " + self.server.key):
            raise Refused(401, "unauthorized", "The key is missing or not the right one.")

    def health(self) -> None:
        self.answer(200, {"ok": True, "release": f"memos-trainer {VERSION}"})

    def has_base(self, sha256: str) -> None:
        self.answer(200 if self.server.spool.base(sha256).is_file() else 404)

    def put_base(self, sha256: str) -> None:
        self.server.spool.base(sha256)
        length = self.body_length(MAX_BASE_BYTES)
        self.server.spool.receive_base(sha256, self.body(length))
        self.server.spool.forget_bases({sha256})
        self.answer(201)

    def post_job(self) -> None:
        body = b"".join(self.body(self.body_length(MAX_JOB_BYTES)))
        try:
            request = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise Refused(400, "invalidJob", "The job is not JSON.") from error
        job_id = request.get("id") if isinstance(request, dict) else None
        if isinstance(job_id, str) and not self.server.jobs.has_room(job_id):
            raise QueueFull
        job_id = self.server.spool.write_job(request)
        self.server.jobs.submit(job_id)
        self.answer(202, {"id": job_id})

    def get_events(self, job_id: str) -> None:
        self.server.spool.job(job_id)
        run = self.server.jobs.get(job_id)
        if run is None:
            raise Refused(404, "notFound", "There is no such job.")
        asked = parse_qs(urlsplit(self.path).query).get("from", ["0"])[0]
        if re.fullmatch(r"[0-9]{1,9}", asked) is None:
            raise Refused(400, "invalidJob", "`from` must be a number.")
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()
        for line in run.stream(int(asked)):
            self.wfile.write((line or '{"event": "heartbeat", "phase": "remote"}').encode() + b"\n")
            self.wfile.flush()

    def get_artefact(self, job_id: str, name: str) -> None:
        path = self.server.spool.artefact(job_id, name)
        if path is None:
            raise Refused(404, "notFound", "There is no such artefact.")
        with open(path, "rb") as file:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            shutil.copyfileobj(file, self.wfile, PIECE_BYTES)

    def delete_job(self, job_id: str) -> None:
        self.server.spool.job(job_id)
        self.answer(204 if self.server.jobs.cancel(job_id) else 404)

    def body_length(self, limit: int) -> int:
        """What the client says that it sends."""
        length = self.headers.get("Content-Length", "")
        if re.fullmatch(r"[0-9]{1,15}", length) is None or "Transfer-Encoding" in self.headers:
            raise Refused(411, "length", "The request must say its length.")
        if int(length) > limit:
            raise Refused(413, "tooLarge", f"The request has more than {limit} bytes.")
        return int(length)

    def body(self, length: int) -> Iterator[bytes]:
        left = length
        while left > 0:
            piece = self.rfile.read(min(PIECE_BYTES, left))
            if not piece:
                raise ConnectionError
            left -= len(piece)
            yield piece

    def answer(self, status: int, content: object | None = None) -> None:
        body = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, refused: Refused) -> None:
        # What the client still sends is not read.
        self.close_connection = True
        try:
            self.answer(refused.status, {"error": {"code": refused.code, "message": refused.message}})
        except OSError:
            pass


def serve(host: str, port: int, folder: Path, key: str) -> int:
    """Serves until SIGTERM or SIGINT. The first line of its output says the port. Returns the exit status."""
    if len(key) < MIN_KEY_CHARACTERS or not key.isascii() or not key.isprintable() or " " in key:
        message = f"MEMOS_TRAINER_KEY must hold a key of at least {MIN_KEY_CHARACTERS} visible characters."
        print(message, file=sys.stderr)
        return 64
    spool = Spool(folder)
    jobs = JobQueue(spool)
    with TrainerServer((host, port), spool, jobs, key) as server:
        stop_on_signal(server.shutdown)
        print(json.dumps({"event": "listening", "port": server.server_address[1]}), flush=True)
        server.serve_forever()
    jobs.close()
    return 0


def stop_on_signal(shutdown: Callable[[], None]) -> None:
    """``shutdown`` waits for the loop that the signal interrupts: it runs elsewhere."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=shutdown).start())
