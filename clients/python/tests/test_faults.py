"""Against a server that fails in every way."""

import json
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Callable, List, Tuple

from memos_client import MemosClient, MemosClientError

Answer = Callable[[BaseHTTPRequestHandler], None]


def answer(status: int, body: Any, **headers: str) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    return send


def busy(status: int, after: str = "0") -> Answer:
    problem = {"status": status, "detail": "Busy.", "code": "STORE_BUSY", "remedy": "Wait.", "requestId": "r-1"}
    return answer(status, problem, retry_after=after)


def reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.close()


def raw(content_type: str, text: bytes) -> Answer:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", content_type)
        handler.end_headers()
        handler.wfile.write(text)

    return send


class FaultTest(unittest.TestCase):
    def faulty(self, *answers: Answer) -> Tuple[MemosClient, List[Any]]:
        seen: List[Any] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                chosen = answers[min(len(seen), len(answers) - 1)]
                seen.append((self.headers.get("idempotency-key"), body))
                chosen(self)

            do_POST = do_PATCH = do_DELETE = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return MemosClient(f"http://127.0.0.1:{server.server_port}"), seen

    def failed(self, call: Callable[[], Any]) -> MemosClientError:
        with self.assertRaises(MemosClientError) as raised:
            call()
        return raised.exception

    def test_a_read_is_repeated_when_the_server_is_busy_or_gone(self) -> None:
        for fault in (busy(429), busy(502), busy(503), busy(504), reset):
            client, seen = self.faulty(fault, answer(200, {"hits": []}))
            self.assertEqual(client.search("walrus"), {"hits": []})
            self.assertEqual(len(seen), 2)

    def test_adding_is_repeated_under_one_key(self) -> None:
        client, seen = self.faulty(reset, busy(503), answer(201, {"written": []}))
        client.add("Once.")
        self.assertEqual(len(seen), 3)
        self.assertEqual(len({key for key, _ in seen}), 1)
        self.assertRegex(seen[0][0], r"^[0-9a-f]{32}$")

    def test_a_write_without_a_key_is_never_sent_twice(self) -> None:
        client, seen = self.faulty(reset, busy(503))
        self.assertEqual(self.failed(lambda: client.forget("x")).code, "CONNECTION_FAILED")
        refused = self.failed(lambda: client.update("x", {"text": "New."}))
        self.assertEqual((refused.status, refused.request_id, refused.retryable), (503, "r-1", True))
        self.assertEqual(len(seen), 2)

    def test_it_gives_up(self) -> None:
        client, seen = self.faulty(busy(503))
        self.assertEqual(self.failed(client.stats).status, 503)
        self.assertEqual(len(seen), 3)
        patient, asked = self.faulty(busy(429, "3600"))
        self.failed(patient.stats)
        self.assertEqual(len(asked), 1)

    def test_an_answer_that_does_not_come_in_time(self) -> None:
        release = threading.Event()
        self.addCleanup(release.set)
        client, _ = self.faulty(lambda _: release.wait(10) and None)
        error = self.failed(lambda: client.forget("x", timeout=0.05))
        self.assertEqual((error.code, error.retryable), ("TIMED_OUT", True))
        release.set()

    def test_streams_are_never_cut_short_in_silence(self) -> None:
        problem = json.dumps({"status": 502, "detail": "It failed.", "code": "MODEL_FAILED", "remedy": "Again."})
        for kind, text, code in (
            ("application/x-ndjson", b'{"cube":1}\n{"cu', "CONNECTION_FAILED"),
            ("application/x-ndjson", b'{"cube":1}\n' + problem.encode() + b"\n", "MODEL_FAILED"),
            ("text/event-stream", b'data: {"kind":"text"}\n\ndata: {no\n\n', "ANSWER_INVALID"),
            (
                "text/event-stream",
                b': hi\r\n\r\ndata: {"kind":\r\ndata: "text"}\r\n\r\nevent: error\ndata: ' + problem.encode() + b"\n\n",
                "MODEL_FAILED",
            ),
        ):
            client, _ = self.faulty(raw(kind, text))
            stream = client.export()
            self.assertTrue(next(stream))
            self.assertEqual(self.failed(lambda: next(stream)).code, code)

    def test_something_else_than_the_server(self) -> None:
        client, _ = self.faulty(raw("text/html", b"<html>"))
        self.assertEqual(self.failed(client.stats).code, "ANSWER_INVALID")


if __name__ == "__main__":
    unittest.main()
