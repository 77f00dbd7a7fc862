import type { Consolidation } from "../lifecycle/consolidation/consolidation.js";
import type { Forgetting } from "../lifecycle/forgetting/forgetting.js";
import type { Lifecycle } from "../lifecycle/lifecycle.js";
import type { TimeMachine } from "../lifecycle/timeMachine.js";
import type { Jobs } from "../scheduler/jobs.js";
import type { Webhooks } from "../scheduler/webhooks.js";
import type { Traces } from "../traces/traces.js";
import type { Action } from "./grant.js";
import type { Rule, Rules } from "./guarded.js";

const on = (action: Action, scopeAt: number): Rule => ({ action, scopeAt });
const inTenant = (action: Action, scopeAt: number): Rule => ({ action, scopeAt, of: "tenant" });

export const LIFECYCLE_RULES: Rules<Lifecycle> = {
  freeze: on("change", 1),
  thaw: on("change", 1),
  archive: on("change", 1),
  activate: on("change", 1),
  approve: on("change", 1),
  recover: on("change", 1),
  forget: on("forget", 1),
  govern: on("change", 2),
  merge: on("change", 1),
  unmerge: on("change", 1),
  cited: on("read", 1),
  feedback: on("change", 2),
  policy: inTenant("administer", 0),
  setPolicy: inTenant("administer", 1),
  sweep: "owner",
};

export const TIME_RULES: Rules<TimeMachine> = {
  snapshot: inTenant("administer", 1),
  snapshots: inTenant("read", 0),
  dropSnapshot: inTenant("administer", 1),
  instant: inTenant("read", 1),
  diff: on("read", 2),
  rollback: on("change", 2),
  rollbackScope: on("change", 1),
};

export const FORGETTING_RULES: Rules<Forgetting> = {
  preview: on("forget", 1),
  forget: on("forget", 1),
  catchUp: "owner",
  verify: inTenant("administer", 1),
};

export const JOB_RULES: Rules<Jobs> = {
  handle: "owner",
  enqueue: on("administer", 2),
  enqueueAll: on("administer", 1),
  get: on("administer", 1),
  list: on("administer", 0),
  cancel: on("administer", 1),
  replay: on("administer", 1),
  schedule: on("administer", 1),
  schedules: inTenant("administer", 0),
  unschedule: inTenant("administer", 1),
  barrier: on("read", 0),
  lastEvent: on("read", 0),
  events: { action: "read", scopeAt: 0, streams: true },
  notify: "owner",
  wake: "owner",
  tidy: "owner",
  drain: "owner",
};

export const WEBHOOK_RULES: Rules<Webhooks> = {
  add: inTenant("administer", 1),
  list: inTenant("administer", 0),
  remove: inTenant("administer", 1),
};

export const TRACE_RULES: Rules<Traces> = {
  record: on("change", 1),
  list: on("read", 0),
  get: on("read", 1),
};

export const CONSOLIDATION_RULES: Rules<Consolidation> = {
  plan: on("change", 0),
  run: on("change", 0),
  runs: on("read", 0),
  undo: on("change", 1),
  close: "owner",
};
