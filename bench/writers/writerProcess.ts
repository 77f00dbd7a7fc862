import { isMemosError, type Scope } from "../../memcube/index.js";
import { MemOS } from "../../memos/index.js";
import { SqliteTexts } from "../baseline/sqliteTexts.js";
import { timed } from "../latency.js";
import { endWithParent, sendLast } from "../process/parent.js";
import { syntheticText } from "../text.js";

/** What a writer is told: `open` first, then what to do when all others are ready as well. */
export type WriterOrder =
  | {
      readonly kind: "open";
      readonly path: string;
      readonly scope: Scope;
      readonly baseline: string;
      /** Seed of the first text that this process writes. */
      readonly firstText: number;
    }
  | { readonly kind: "add" | "insert"; readonly n: number };

export type WriterReply =
  | { readonly kind: "progress"; readonly added: number }
  | { readonly kind: "done"; readonly milliseconds: number[]; readonly errors: string[] };

const PROGRESS_EVERY = 100;

type Opening = Extract<WriterOrder, { kind: "open" }>;

function reply(message: WriterReply): void {
  process.send?.(message);
}

async function add(memos: MemOS, n: number, { scope, firstText }: Opening): Promise<void> {
  const milliseconds: number[] = [];
  const errors: string[] = [];
  for (let index = 0; index < n; index++) {
    const text = syntheticText(firstText + index);
    try {
      milliseconds.push(await timed(() => memos.add(text, scope)));
    } catch (error) {
      errors.push(isMemosError(error) ? `${error.code}: ${error.message}` : String(error));
    }
    if ((index + 1) % PROGRESS_EVERY === 0) reply({ kind: "progress", added: index + 1 });
  }
  await memos.close();
  reply({ kind: "done", milliseconds, errors });
}

async function insert(baseline: SqliteTexts, n: number, { scope, firstText }: Opening): Promise<void> {
  const milliseconds: number[] = [];
  for (let index = 0; index < n; index++) {
    const text = syntheticText(firstText + index);
    milliseconds.push(await timed(() => baseline.insert(scope.tenant, text)));
  }
  baseline[Symbol.dispose]();
  sendLast({ kind: "done", milliseconds, errors: [] } satisfies WriterReply);
}

async function open(order: Opening): Promise<void> {
  const memos = await MemOS.open({ path: order.path });
  const baseline = new SqliteTexts(order.baseline);
  process.on("message", (message) => {
    const next = message as Exclude<WriterOrder, Opening>;
    (next.kind === "add" ? add(memos, next.n, order) : insert(baseline, next.n, order)).catch(fail);
  });
  reply({ kind: "done", milliseconds: [], errors: [] });
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
}

process.once("message", (order) => void open(order as Opening).catch(fail));
endWithParent();
