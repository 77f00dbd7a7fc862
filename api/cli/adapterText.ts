import type { AdapterList, AdapterPlan, AdapterView, AttachReceipt } from "../../memos/index.js";
import { counted, oneLine, table } from "./output.js";
import { scopeText } from "./scopeText.js";
import { sparkline } from "./sparkline.js";

type Gate = AdapterView["gates"][number];
type LeftOut = AdapterView["leftOut"];

const MEGABYTE = 1e6;

const memoriesOf = (count: number) => counted(count, "memory", "memories");

/** What each gate measured without and with an adapter. */
function gateTable(gates: readonly Gate[]): string {
  return table(
    ["gate", "before", "after", "needed", "of", "passed"],
    gates.map(({ gate, before, after, limit, n, passed }) => [
      gate,
      percent(before),
      percent(after),
      percent(limit),
      n,
      passed ? "yes" : "no",
    ]),
  );
}

/** How the loss fell: a bar for each point, the first and the last figure beside them. */
function curveText(curve: AdapterView["curve"]): string[] {
  const [first, last] = [curve[0], curve.at(-1)];
  if (first === undefined || last === undefined) return [];
  const held = curve.flatMap(({ heldOutLoss }) => (heldOutLoss === undefined ? [] : [heldOutLoss]));
  const line = (name: string, values: readonly number[]) =>
    `${name} ${values[0]?.toFixed(3)} ${sparkline(values)} ${values.at(-1)?.toFixed(3)}`;
  const loss = curve.map((point) => point.loss);
  return [
    line("loss    ", loss),
    ...(held.length === 0 ? [] : [line("held out", held)]),
    `${counted(last.step, "step", "steps")} in ${Math.round(last.seconds)} s`,
  ];
}

/** `2 left out (secret, superseded)`. */
export function leftOutText(leftOut: LeftOut): string {
  const reasons = [...new Set(leftOut.map(({ reason }) => reason))].sort().join(", ");
  return `${leftOut.length} left out (${reasons})`;
}

/** What became of a training. */
export function outcomeText(adapter: AdapterView): string {
  const { id, state, reason, memories, leftOut, gates, curve, attached } = adapter;
  return [
    `adapter ${id} of ${memoriesOf(memories)}: ${state}${reason === "" ? "" : `. ${reason}`}`,
    ...(leftOut.length === 0 ? [] : [leftOutText(leftOut)]),
    ...curveText(curve),
    ...(gates.length === 0 ? [] : [gateTable(gates)]),
    ...(state === "ready" ? [placesText(attached)] : []),
  ].join("\n");
}

/** Everything that a person wants to know of one. */
export function adapterText(adapter: AdapterView): string {
  const { recipe, manifest, files, base, job, uses, lastUsedAt, createdAt, scope } = adapter;
  const { method, rank, alpha, learningRate, epochs, optimizer, seed } = recipe;
  const rows: [string, string][] = [
    ["memories of", scopeText(scope)],
    ["base", manifest === null ? base : `${manifest.base.name} (${manifest.base.architecture}) ${base}`],
    ["recipe", `${method}, rank ${rank}, alpha ${alpha}, ${epochs} epochs at ${learningRate}, ${optimizer}`],
    ["seed", `${seed}`],
    ...(manifest === null
      ? []
      : ([
          [
            "training set",
            `${manifest.trainingSet.examples} examples, ${manifest.trainingSet.tokens} tokens, ${manifest.trainingSet.sha256}`,
          ],
          ["trainer", `${manifest.trainer.name} ${manifest.trainer.release}`],
          ["manifest", adapter.manifestSha256 ?? ""],
        ] satisfies [string, string][])),
    ...(files === null
      ? []
      : ([
          ["weights", `${(files.weights.bytes / MEGABYTE).toFixed(2)} MB, ${files.weights.sha256}`],
        ] satisfies [string, string][])),
    ["job", job],
    ["begun", createdAt],
    ["used", lastUsedAt === null ? "never" : `${counted(uses, "time", "times")}, last ${lastUsedAt}`],
  ];
  return [outcomeText(adapter), table(["field", "value"], rows)].join("\n");
}

export function adapterTable({ adapters }: AdapterList): string {
  if (adapters.length === 0) return "no adapters";
  return table(
    ["id", "state", "memories", "recall", "attached", "uses"],
    adapters.map(({ id, state, memories, gates, attached, uses }) => {
      const recall = gates.find(({ gate }) => gate === "recall");
      return [
        id,
        state,
        memories,
        recall === undefined ? undefined : `${percent(recall.before)} → ${percent(recall.after)}`,
        attached.map(placeText).join("\n"),
        uses,
      ];
    }),
  );
}

export function planText({ memories, leftOut, groups, why, decisions }: AdapterPlan): string {
  return [
    `${memoriesOf(memories)} for ${counted(groups.length, "adapter", "adapters")}`,
    ...(leftOut.length === 0 ? [] : [leftOutText(leftOut)]),
    ...why,
    ...(groups.length < 2 ? [] : [groupTable(groups)]),
    ...decisions.map(({ action, block, why: reasons }) => `${action} ${block}: ${reasons.join(" ")}`),
  ].join("\n");
}

function groupTable(groups: AdapterPlan["groups"]): string {
  return table(
    ["adapter", "memories", "the first"],
    groups.map((group, at) => [at + 1, group.length, group[0]]),
  );
}

const DONE = { attach: "attached", detach: "detached", revoke: "taken back" } as const;

/** What was done to an adapter, and where it is attached now. */
export function placedText({ operation, adapter, changed, attached, warnings }: AttachReceipt): string {
  return [
    `adapter ${adapter} ${changed ? "is" : "was already"} ${DONE[operation]}`,
    ...(operation === "revoke" ? [] : [placesText(attached)]),
    ...warnings.map(({ message }) => oneLine(message, 200)),
  ].join("\n");
}

function placesText(attached: AdapterView["attached"]): string {
  return attached.length === 0 ? "attached nowhere" : `attached to ${attached.map(placeText).join("; ")}`;
}

function placeText({ scope, scale }: AdapterView["attached"][number]): string {
  return `${scopeText(scope)}${scale === 1 ? "" : ` at scale ${scale}`}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
