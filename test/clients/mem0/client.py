"""Calls every method of mem0's Python client, the package as it is; prints what a test then looks at."""

import json
import sys

from mem0 import MemoryClient
from mem0.exceptions import MemoryNotFoundError

host, key = sys.argv[1:3]
client = MemoryClient(api_key=key, host=host)


def fails(call):
    try:
        call()
    except MemoryNotFoundError:
        return "not found"
    except Exception as error:  # what else it is, is told
        return str(error)
    return None


out = {"account": [client.org_id, client.project_id, client.user_email]}
added = client.add("I moved to Lisbon.", user_id="alice", metadata={"tier": "pro"})
memory_id = added["results"][0]["id"]
out["added"] = [added["status"], added["results"][0]["memory"]]
out["get"] = client.get(memory_id)["memory"]
out["search"] = [m["id"] == memory_id for m in client.search("Lisbon", filters={"user_id": "alice"})["results"]]
out["get_all"] = client.get_all(filters={"AND": [{"user_id": "alice"}]}, page=1, page_size=5)["count"]
out["beyond"] = client.get_all(filters={"user_id": "alice"}, page=9)["results"]
out["update"] = client.update(memory_id, text="I moved to Porto.", metadata={"tier": "free"})["metadata"]
client.update(memory_id, expiration_date="2999-01-31")
out["expires"] = client.get(memory_id)["expiration_date"]
client.update(memory_id, expiration_date=None)
out["history"] = [h["event"] for h in client.history(memory_id)]
out["feedback"] = client.feedback(memory_id, "POSITIVE")["feedback"]
out["users"] = [[e["type"], e["name"]] for e in client.users()["results"]]
second = client.add([{"role": "user", "content": "Another."}], user_id="alice", run_id="r1")["results"][0]["id"]
out["batch_update"] = client.batch_update([{"memory_id": memory_id, "text": "A."}, {"memory_id": second, "text": "B."}])
out["batch_delete"] = client.batch_delete([{"memory_id": second}])
client.delete(memory_id)
out["deleted"] = fails(lambda: client.delete(memory_id))
client.add("Of Bob.", user_id="bob")
client.delete_all(user_id="bob")
client.add("Of an agent.", agent_id="solo")
client.delete_users(agent_id="solo")
out["left"] = client.users()["results"]
client.add("The last.", user_id="zoe")
out["reset"] = client.reset()["message"]
out["after"] = client.users()["results"]
out["refused"] = {
    name: fails(call)
    for name, call in {
        "get_project": lambda: client.get_project(["custom_instructions"]),
        "project.get": lambda: client.project.get(),
        "get_webhooks": lambda: client.get_webhooks("memos"),
        "create_memory_export": lambda: client.create_memory_export("{}", user_id="alice"),
        "get_memory_export": lambda: client.get_memory_export(user_id="alice"),
        "get_summary": lambda: client.get_summary({"user_id": "alice"}),
        "get_profile": lambda: client.get_profile("alice"),
        "generate_profile": lambda: client.generate_profile("alice"),
        "get_profile_settings": lambda: client.get_profile_settings(),
    }.items()
}
print(json.dumps(out))
