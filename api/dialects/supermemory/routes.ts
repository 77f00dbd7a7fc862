import * as z from "zod";
import { type DialectRoute, dialectRoute as row } from "../dialectRoute.js";
import {
  addDocument,
  addDocuments,
  deleteDocument,
  deleteDocuments,
  getDocument,
  listDocuments,
  updateDocument,
} from "./documents.js";
import {
  addInput,
  batchInput,
  bulkInput,
  documentSearchInput,
  forgetInput,
  listInput,
  NOTHING,
  profileInput,
  searchInput,
  updateInput,
  updateMemoryInput,
} from "./fields.js";
import { forget, updateMemory } from "./memories.js";
import { notHere } from "./notHere.js";
import { profile, searchDocuments, searchMemories } from "./search.js";

const CONNECTION = "Connections fetch from other services, which is not done here";
const FILE = "Files are read by `memos ingest`; send text here";
const SETTING = "Everything is kept as it is sent, so there is nothing to set";

/** Calls of supermemory's client that nothing here answers truly, and why. */
const REFUSED: readonly (readonly [DialectRoute["method"], string, string])[] = [
  ["POST", "/v3/documents/file", FILE],
  ["PATCH", "/v3/settings", SETTING],
  ["POST", "/v3/connections/list", CONNECTION],
  ["POST", "/v3/connections/{id}", CONNECTION],
  ["GET", "/v3/connections/{id}", CONNECTION],
  ["DELETE", "/v3/connections/{id}", CONNECTION],
  ["POST", "/v3/connections/{id}/configure", CONNECTION],
  ["POST", "/v3/connections/{id}/connection", CONNECTION],
  ["POST", "/v3/connections/{id}/import", CONNECTION],
  ["POST", "/v3/connections/{id}/documents", CONNECTION],
  ["GET", "/v3/connections/{id}/resources", CONNECTION],
];

const refused: readonly DialectRoute[] = REFUSED.map(([method, path, why]) =>
  row({
    method,
    path,
    accepts: "unread",
    input: z.looseObject({}),
    handle: async () => {
      throw notHere(`${why}; nothing was done.`);
    },
  }),
);

/** Every route of supermemory's client 4.x; of two that fit a path the first answers. */
export const SUPERMEMORY_ROUTES: readonly DialectRoute[] = [
  ...refused,
  row({ method: "POST", path: "/v3/documents", accepts: "json", input: addInput, handle: addDocument }),
  row({
    method: "POST",
    path: "/v3/documents/batch",
    accepts: "json",
    input: batchInput,
    handle: addDocuments,
  }),
  row({
    method: "DELETE",
    path: "/v3/documents/bulk",
    accepts: "json",
    input: bulkInput,
    handle: deleteDocuments,
  }),
  row({
    method: "POST",
    path: "/v3/documents/list",
    accepts: "json",
    input: listInput,
    handle: listDocuments,
  }),
  row({
    method: "GET",
    path: "/v3/documents/processing",
    accepts: "query",
    input: NOTHING,
    // A document is done when adding it is answered.
    handle: async () => ({ documents: [], totalCount: 0 }),
  }),
  row({
    method: "GET",
    path: "/v3/documents/{id}",
    accepts: "query",
    input: NOTHING,
    handle: getDocument,
  }),
  row({
    method: "PATCH",
    path: "/v3/documents/{id}",
    accepts: "json",
    input: updateInput,
    handle: updateDocument,
  }),
  row({
    method: "DELETE",
    path: "/v3/documents/{id}",
    accepts: "query",
    status: 204,
    input: NOTHING,
    handle: deleteDocument,
  }),
  row({
    method: "POST",
    path: "/v3/search",
    accepts: "json",
    input: documentSearchInput,
    handle: searchDocuments,
  }),
  row({ method: "POST", path: "/v4/search", accepts: "json", input: searchInput, handle: searchMemories }),
  row({ method: "POST", path: "/v4/profile", accepts: "json", input: profileInput, handle: profile }),
  row({ method: "DELETE", path: "/v4/memories", accepts: "json", input: forgetInput, handle: forget }),
  row({
    method: "PATCH",
    path: "/v4/memories",
    accepts: "json",
    input: updateMemoryInput,
    handle: updateMemory,
  }),
  row({
    method: "GET",
    path: "/v3/settings",
    accepts: "query",
    input: NOTHING,
    handle: async () => ({
      shouldLLMFilter: false,
      filterPrompt: null,
      includeItems: null,
      excludeItems: null,
      chunkSize: null,
    }),
  }),
];
