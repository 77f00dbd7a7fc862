import type {
  ActivationList,
  AdapterList,
  auditListResultSchema,
  Census,
  EntityResult,
  ForgetPreview,
  ForgetReceipt,
  GraphSample,
  HistoryResult,
  JobList,
  ListResult,
  MemCube,
  NeighboursResult,
  Scope,
  SearchResult,
  Stats,
  TraceList,
  UpdatePatch,
  WriteReceipt,
} from "memos";
import type * as z from "zod";
import { keyOfSession } from "./state/key.js";

/** Whose memory; the tenant follows from the key, and only development mode lets a request choose it. */
export type ScopeChoice = Partial<Scope>;

/** What the server says when it refuses: a sentence, and what to do about it. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
}

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

type Value = string | number | boolean | readonly string[] | undefined;

interface Request {
  readonly scope: ScopeChoice;
  readonly query?: Readonly<Record<string, Value>>;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal | undefined;
}

function queryOf(values: Readonly<Record<string, Value>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size === 0 ? "" : `?${query}`;
}

function unreadable(status: number): Problem {
  return {
    status,
    code: "INTERNAL",
    title: "No usable answer",
    detail: `The server answered with status ${status} and nothing that can be read.`,
    remedy: "Try again; the log of the server says more.",
  };
}

const UNREACHABLE: Problem = {
  status: 0,
  code: "UNREACHABLE",
  title: "No answer",
  detail: "The server cannot be reached.",
  remedy: "Check that it still runs, then try again.",
};

async function call<Answer>(method: string, path: string, request: Request): Promise<Answer> {
  const { scope, query = {}, body, signal } = request;
  const key = keyOfSession();
  const inBody = method !== "GET" && method !== "DELETE";
  let response: Response;
  try {
    response = await fetch(`${path}${inBody ? "" : queryOf({ ...scope, ...query })}`, {
      method,
      credentials: "omit",
      headers: {
        ...(key === "" ? {} : { authorization: `Bearer ${key}` }),
        ...(inBody ? { "content-type": "application/json" } : {}),
      },
      ...(inBody ? { body: JSON.stringify({ scope, ...body }) } : {}),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(UNREACHABLE);
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer as Answer;
  throw new ApiError((answer as Problem | undefined) ?? unreadable(response.status));
}

function tenantOf({ tenant }: ScopeChoice): ScopeChoice {
  return tenant === undefined ? {} : { tenant };
}

/** Reads of one scope. Each rejects with an `ApiError`, or with the reason of its signal. */
export function reader(scope: ScopeChoice, signal?: AbortSignal) {
  const get = <Answer>(path: string, query: Readonly<Record<string, Value>> = {}) =>
    call<Answer>("GET", path, { scope, query, signal });
  return {
    search: (wanted: { query: string; types: string[]; asOf: string; archived: boolean }) =>
      call<SearchResult>("POST", "/v1/search", {
        scope,
        signal,
        body: {
          query: wanted.query,
          k: 30,
          explain: true,
          ...(wanted.types.length === 0 ? {} : { types: wanted.types }),
          ...(wanted.asOf === "" ? {} : { asOf: wanted.asOf }),
          ...(wanted.archived ? { archived: true } : {}),
        },
      }),
    stats: () => get<Stats>("/v1/stats"),
    /** Of the whole tenant: what is chosen now must not hide the others. */
    census: () => call<Census>("GET", "/v1/census", { scope: tenantOf(scope), signal }),
    list: (query: Readonly<Record<string, Value>>) => get<ListResult>("/v1/memories", query),
    memory: (id: string, asOf = "") => get<MemCube>(`/v1/memories/${id}`, { asOf }),
    history: (id: string) => get<HistoryResult>(`/v1/memories/${id}/history`),
    neighbours: (id: string, limit: number) =>
      get<NeighboursResult>(`/v1/memories/${id}/neighbours`, { limit }),
    traces: (query: Readonly<Record<string, Value>>) => get<TraceList>("/v1/traces", query),
    entity: (name: string, asOf: string) => get<EntityResult>("/v1/graph/entity", { name, asOf }),
    sample: (query: Readonly<Record<string, Value>>) => get<GraphSample>("/v1/graph/sample", query),
    jobs: (query: Readonly<Record<string, Value>>) => get<JobList>("/v1/jobs", query),
    audit: (after: number) => get<z.infer<typeof auditListResultSchema>>("/v1/audit", { after, limit: 100 }),
    activations: () => get<ActivationList>("/v1/activations"),
    adapters: () => get<AdapterList>("/v1/adapters"),
  };
}

/** The steps of a memory's life that take nothing but its version. */
export type Step = "freeze" | "thaw" | "archive" | "activate" | "approve" | "unmerge" | "undo";

/** Writes of one scope. */
export function writer(scope: ScopeChoice) {
  const post = <Answer>(path: string, body: Readonly<Record<string, unknown>> = {}) =>
    call<Answer>("POST", path, { scope, body });
  return {
    add: (text: string) => post<WriteReceipt>("/v1/memories", { input: text }),
    update: (id: string, patch: UpdatePatch, ifVersion: number) =>
      call<WriteReceipt>("PATCH", `/v1/memories/${id}`, { scope, body: { patch, ifVersion } }),
    step: (id: string, step: Step, ifVersion?: number) =>
      post<WriteReceipt>(`/v1/memories/${id}/${step}`, ifVersion === undefined ? {} : { ifVersion }),
    restore: (id: string, version: number, ifVersion: number) =>
      post<WriteReceipt>(`/v1/memories/${id}/restore`, { version, ifVersion }),
    reject: (id: string) =>
      call<WriteReceipt>("DELETE", `/v1/memories/${id}`, { scope, query: { cause: "rejected in review" } }),
    preview: (ids: readonly string[]) => post<ForgetPreview>("/v1/forget/preview", { selector: { ids } }),
    forget: (ids: readonly string[], mode: "tombstone" | "purge", token: string) =>
      post<ForgetReceipt>("/v1/forget", { selector: { ids }, mode, token }),
    job: (id: string, step: "cancel" | "replay") => post<unknown>(`/v1/jobs/${id}/${step}`),
    adapter: (id: string, step: "attach" | "detach") => post<unknown>(`/v1/adapters/${id}/${step}`),
  };
}
