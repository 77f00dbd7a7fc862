"""Against a real server in development mode, whose address is in MEMOS_TEST_URL."""

import os
import unittest
import uuid

from memos_client import MemosClient, MemosClientError

URL = os.environ.get("MEMOS_TEST_URL")
UNKNOWN_ID = "0191c5a0-7c1e-7c3a-9b1a-2f4d5e6f7a8b"


@unittest.skipIf(URL is None, "MEMOS_TEST_URL names no server")
class ServerTest(unittest.TestCase):
    def setUp(self) -> None:
        # Each test is somebody else.
        self.client = MemosClient(URL or "", scope={"user": uuid.uuid4().hex})

    def test_what_is_added_is_found_when_the_call_returns(self) -> None:
        receipt = self.client.add("I moved to Lisbon in March.")
        found = self.client.search("Where does Ana live?", k=3)
        self.assertEqual(found["hits"][0]["cube"]["id"], receipt["written"][0]["id"])
        self.assertIn("Lisbon", self.client.recall("Where does Ana live?", budget=400)["text"])

    def test_adding_twice_under_one_key_writes_once(self) -> None:
        first = self.client.add("Once.", idempotency_key="k-" + uuid.uuid4().hex)
        self.assertFalse(first["replayed"])
        key = "k-" + uuid.uuid4().hex
        ids = [self.client.add("Twice.", idempotency_key=key)["written"][0]["id"] for _ in range(2)]
        self.assertEqual(ids[0], ids[1])
        self.assertEqual(self.client.stats()["cubes"], 2)

    def test_a_memory_is_read_changed_followed_and_forgotten(self) -> None:
        id = self.client.add("The office is in Porto.")["written"][0]["id"]
        self.assertEqual(self.client.get(id)["version"], 1)
        self.client.update(id, {"text": "The office is in Faro."}, ifVersion=1, cause="moved")
        self.assertEqual(len(self.client.history(id)["versions"]), 2)
        with self.assertRaises(MemosClientError) as conflict:
            self.client.update(id, {"text": "Elsewhere."}, ifVersion=1)
        self.assertEqual((conflict.exception.code, conflict.exception.status), ("CONFLICT", 409))
        self.assertEqual(self.client.forget(id, cause="asked to")["operation"], "forget")
        with self.assertRaises(MemosClientError) as gone:
            self.client.get(id)
        self.assertEqual(gone.exception.code, "NOT_FOUND")
        self.assertTrue(gone.exception.request_id)
        self.assertTrue(gone.exception.remedy)

    def test_all_pages_follow_each_other(self) -> None:
        self.client.add([f"Note number {at}." for at in range(7)])
        self.assertEqual(len(list(self.client.all(limit=3))), 7)
        where = {"field": "origin", "op": "eq", "value": "assistant"}
        self.assertEqual(list(self.client.all(where=where)), [])
        self.assertEqual(len(list(self.client.all(types=["episodic", "core"], archived=True))), 7)

    def test_a_stream_is_written_as_it_comes(self) -> None:
        inputs = ("" if at == 700 else f"Line number {at}." for at in range(1_200))
        steps = list(self.client.ingest(inputs))
        self.assertEqual((steps[-1]["added"], steps[-1]["done"]), (1_199, True))
        self.assertEqual([one["index"] for step in steps for one in step["skipped"]], [700])
        self.assertEqual([step["done"] for step in steps[:-1]], [False] * (len(steps) - 1))
        self.assertEqual(self.client.stats()["cubes"], 1_199)
        self.assertEqual(list(self.client.ingest([]))[0]["added"], 0)

    def test_an_export_and_a_chat_are_streams(self) -> None:
        self.client.add(["One.", "Two."])
        self.assertEqual([len(cube["versions"]) for cube in self.client.export()], [1, 1])
        kinds = [event["kind"] for event in self.client.chat("Where do I live?", maxTokens=8)]
        self.assertEqual((kinds[0], kinds[-1]), ("prompt", "end"))

    def test_every_other_route_is_a_request(self) -> None:
        id = self.client.add("Bees.")["written"][0]["id"]
        frozen = self.client.request("POST", f"/v1/memories/{id}/freeze")
        self.assertEqual(frozen["written"][0]["id"], id)

    def test_a_call_narrows_the_scope(self) -> None:
        self.client.add("On a Monday.", scope={"session": "monday"})
        self.client.with_scope({"session": "tuesday"}).add("On a Tuesday.")
        self.assertEqual(self.client.stats()["cubes"], 2)
        self.assertEqual(self.client.stats(scope={"session": "tuesday"})["cubes"], 1)

    def test_bad_input_is_an_error_that_names_it(self) -> None:
        for call in (
            lambda: self.client.get(".."),
            lambda: self.client.get("not an id"),
            lambda: self.client.search(""),
            lambda: self.client.recall("x", nonsense=1),
            lambda: self.client.add("x", idempotency_key="a\r\nb: c"),
            lambda: MemosClient("localhost:7077"),
            lambda: MemosClient(URL or "", api_key="a\r\nb"),
        ):
            with self.assertRaises(MemosClientError) as refused:
                call()
            self.assertEqual(refused.exception.code, "INVALID_INPUT")
        with self.assertRaises(MemosClientError) as unauthorized:
            MemosClient(URL or "", api_key="memos_wrong").stats()
        self.assertEqual(unauthorized.exception.code, "UNAUTHORIZED")

    def test_an_id_that_nobody_has(self) -> None:
        with self.assertRaises(MemosClientError) as unknown:
            self.client.forget(UNKNOWN_ID)
        self.assertEqual((unknown.exception.code, unknown.exception.retryable), ("NOT_FOUND", False))


if __name__ == "__main__":
    unittest.main()
