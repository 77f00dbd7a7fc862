import { LIMITS, newCubeId } from "../../../memcube/index.js";
import { type DialectRoute, dialectRoute } from "../dialectRoute.js";
import { add } from "./add.js";
import { added, addedItem, paged, pagedEntities } from "./answers.js";
import { getOne, historyOfOne, placeOf, removeOne } from "./byId.js";
import { deleteEntity, entitiesOfAll } from "./census.js";
import { deleteAll, deleteMany, update, updateMany } from "./change.js";
import { feedback } from "./feedback.js";
import {
  addInput,
  batchDeleteInput,
  batchUpdateInput,
  byIdInput,
  deleteInput,
  entitiesInput,
  feedbackInput,
  listInput,
  searchInput,
  updateInput,
} from "./fields.js";
import { MEM0_LIMITS } from "./limits.js";
import { list, search } from "./read.js";

export const BASE = "/mem0";

/** There is one project: the tenant of the key. Clients that wait for these ids get them. */
const ACCOUNT = { org_id: "memos", project_id: "memos" };

const ping = dialectRoute({
  method: "GET",
  path: "/v1/ping",
  accepts: "query",
  input: byIdInput,
  // Without `user_email`: clients hand it to their telemetry.
  handle: async () => ({ status: "ok", ...ACCOUNT }),
});

const memories: readonly DialectRoute[] = [
  dialectRoute({
    method: "POST",
    path: "/v3/memories/add",
    accepts: "json",
    input: addInput,
    handle: async (call) => added(await add(call), newCubeId()),
  }),
  dialectRoute({
    method: "POST",
    path: "/v1/memories",
    accepts: "json",
    input: addInput,
    handle: async (call) => {
      const results = (await add(call)).map(addedItem);
      return call.input.output_format === "v1.1" ? { results, relations: [] } : results;
    },
  }),
  dialectRoute({
    method: "POST",
    path: "/v3/memories",
    accepts: "json",
    input: listInput,
    handle: async (call) => paged(await list(call, "refused"), `${BASE}/v3/memories`),
  }),
  ...(["v1", "v2"] as const).map((version) =>
    dialectRoute({
      method: version === "v1" ? "GET" : "POST",
      path: `/${version}/memories`,
      accepts: version === "v1" ? "query" : "json",
      input: listInput,
      handle: async (call) => {
        const { input, notes } = call;
        const asked = input.page !== undefined || input.page_size !== undefined;
        const found = await list(call, "refused", asked ? MEM0_LIMITS.defaultPageSize : LIMITS.results);
        if (asked) return paged(found, `${BASE}/${version}/memories`);
        const left = found.count - found.results.length;
        if (left > 0) notes.add("more", `There are ${left} more; ask for pages.`);
        return found.results;
      },
    }),
  ),
  dialectRoute({
    method: "POST",
    path: "/v3/memories/search",
    accepts: "json",
    input: searchInput,
    handle: async (call) => ({ results: await search(call, "refused") }),
  }),
  ...(["v1", "v2"] as const).map((version) =>
    dialectRoute({
      method: "POST",
      path: `/${version}/memories/search`,
      accepts: "json",
      input: searchInput,
      handle: async (call) => {
        const results = await search(call, "refused");
        return call.input.output_format === "v1.1" ? { results, relations: [] } : results;
      },
    }),
  ),
  dialectRoute({
    method: "DELETE",
    path: "/v1/memories",
    accepts: "query",
    input: byIdInput,
    handle: async (call) => ({
      message: `Memories deleted successfully! ${await deleteAll(call, call.input)} memories.`,
    }),
  }),
  dialectRoute({
    method: "GET",
    path: "/v1/memories/{id}",
    accepts: "query",
    input: byIdInput,
    handle: getOne,
  }),
  dialectRoute({
    method: "PUT",
    path: "/v1/memories/{id}",
    accepts: "json",
    input: updateInput,
    handle: async (call) => update(call, call.params["id"] ?? "", call.input, placeOf(call)),
  }),
  dialectRoute({
    method: "DELETE",
    path: "/v1/memories/{id}",
    accepts: "query",
    input: deleteInput,
    handle: async (call) => {
      await removeOne(call, call.input.delete_linked === true);
      return { message: "Memory deleted successfully!" };
    },
  }),
  dialectRoute({
    method: "GET",
    path: "/v1/memories/{id}/history",
    accepts: "query",
    input: byIdInput,
    handle: historyOfOne,
  }),
];

const batches: readonly DialectRoute[] = [
  dialectRoute({
    method: "PUT",
    path: "/v1/batch",
    accepts: "json",
    input: batchUpdateInput,
    handle: async (call) => ({
      message: `Successfully updated ${await updateMany(call, call.input.memories)} memories`,
    }),
  }),
  dialectRoute({
    method: "DELETE",
    path: "/v1/batch",
    accepts: "json",
    input: batchDeleteInput,
    handle: async (call) => {
      const ids = call.input.memories.map(({ memory_id: id }) => id);
      return { message: `Successfully deleted ${await deleteMany(call, ids)} memories` };
    },
  }),
  dialectRoute({
    method: "POST",
    path: "/v1/feedback",
    accepts: "json",
    input: feedbackInput,
    handle: feedback,
  }),
];

const entities: readonly DialectRoute[] = [
  dialectRoute({
    method: "GET",
    path: "/v1/entities",
    accepts: "query",
    input: entitiesInput,
    handle: async (call) => {
      const { page, page_size: size = MEM0_LIMITS.defaultPageSize } = call.input;
      return pagedEntities(await entitiesOfAll(call), { page, size }, call.tenant, `${BASE}/v1/entities`);
    },
  }),
  ...(["v1", "v2"] as const).map((version) =>
    dialectRoute({
      method: "DELETE",
      path: `/${version}/entities/{type}/{name}`,
      accepts: "query",
      input: byIdInput.pick({ org_id: true, project_id: true, org_name: true, project_name: true }),
      handle: async (call) => {
        const count = await deleteEntity(call, call.params["type"] ?? "", call.params["name"] ?? "");
        return { message: `Entity deleted successfully! ${count} memories.` };
      },
    }),
  ),
];

/** The routes of mem0's service, as its clients call them. */
export const PLATFORM_ROUTES: readonly DialectRoute[] = [ping, ...memories, ...batches, ...entities];
