import * as z from "zod";
import { LIMITS } from "../../../memcube/index.js";
import { type DialectRoute, dialectRoute } from "../dialectRoute.js";
import { forgetAll } from "../forgetAll.js";
import { add } from "./add.js";
import { getOne, historyOfOne, placeOf, removeOne } from "./byId.js";
import { deleteEntity, entitiesOfAll } from "./census.js";
import { deleteAll, update } from "./change.js";
import { addInput, byIdInput, listInput, searchInput, updateInput } from "./fields.js";
import { list, search } from "./read.js";

const NOTHING = z.strictObject({});

/** The routes of mem0's open server. Keys of a filter that it does not know are fields of the metadata. */
export const OPEN_ROUTES: readonly DialectRoute[] = [
  dialectRoute({
    method: "POST",
    path: "/memories",
    accepts: "json",
    input: addInput,
    handle: async (call) => ({
      results: (await add(call)).map(({ id, memory }) => ({ id, memory, event: "ADD" })),
    }),
  }),
  dialectRoute({
    method: "GET",
    path: "/memories",
    accepts: "query",
    input: listInput,
    handle: async (call) => {
      const { count, results } = await list(call, "metadata", LIMITS.results);
      if (count > results.length)
        call.notes.add("more", `There are ${count - results.length} more; ask for pages.`);
      return { results };
    },
  }),
  dialectRoute({
    method: "POST",
    path: "/search",
    accepts: "json",
    input: searchInput,
    handle: async (call) => ({ results: await search(call, "metadata") }),
  }),
  dialectRoute({
    method: "GET",
    path: "/memories/{id}",
    accepts: "query",
    input: byIdInput,
    handle: getOne,
  }),
  dialectRoute({
    method: "PUT",
    path: "/memories/{id}",
    accepts: "json",
    input: updateInput,
    handle: async (call) => {
      await update(call, call.params["id"] ?? "", call.input, placeOf(call));
      return { message: "Memory updated successfully!" };
    },
  }),
  dialectRoute({
    method: "DELETE",
    path: "/memories/{id}",
    accepts: "query",
    input: byIdInput,
    handle: async (call) => {
      await removeOne(call);
      return { message: "Memory deleted successfully" };
    },
  }),
  dialectRoute({
    method: "DELETE",
    path: "/memories",
    accepts: "query",
    input: byIdInput,
    handle: async (call) => {
      await deleteAll(call, call.input);
      return { message: "All relevant memories deleted" };
    },
  }),
  dialectRoute({
    method: "GET",
    path: "/memories/{id}/history",
    accepts: "query",
    input: byIdInput,
    handle: historyOfOne,
  }),
  dialectRoute({
    method: "GET",
    path: "/entities",
    accepts: "query",
    input: NOTHING,
    handle: async (call) =>
      (await entitiesOfAll(call)).map(({ type, name, total, first, last }) => ({
        id: name,
        type,
        total_memories: total,
        created_at: first,
        updated_at: last,
      })),
  }),
  dialectRoute({
    method: "DELETE",
    path: "/entities/{type}/{name}",
    accepts: "query",
    input: NOTHING,
    handle: async (call) => {
      await deleteEntity(call, call.params["type"] ?? "", call.params["name"] ?? "");
      return { message: "Entity deleted" };
    },
  }),
  dialectRoute({
    method: "POST",
    path: "/reset",
    accepts: "query",
    input: NOTHING,
    handle: async ({ memos, tenant, notes, signal }) => {
      await forgetAll(memos, { all: true }, { tenant }, notes, signal);
      return { message: "All memories reset" };
    },
  }),
];
