import type { MemCube, Scope } from "memos";

/** Characters of a text that a row shows. */
const ROW_CHARACTERS = 280;

/** What a row shows of a memory. */
export function excerpt(cube: Pick<MemCube, "payload">): string {
  const { payload } = cube;
  const text =
    payload.kind === "plaintext"
      ? payload.text
      : payload.kind === "activation"
        ? `KV state of ${payload.tokens.toLocaleString()} tokens`
        : `Adapter of rank ${payload.rank}`;
  const start = text
    .slice(0, ROW_CHARACTERS * 2)
    .replaceAll(/\s+/g, " ")
    .trim();
  return start.length > ROW_CHARACTERS ? `${start.slice(0, ROW_CHARACTERS).toWellFormed()}…` : start;
}

export function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  if (value < 1024 ** 2) return `${(value / 1024).toFixed(1)} KiB`;
  if (value < 1024 ** 3) return `${(value / 1024 ** 2).toFixed(1)} MiB`;
  return `${(value / 1024 ** 3).toFixed(1)} GiB`;
}

export function milliseconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} ms`;
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
}

export function count(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString("en")} ${value === 1 ? one : many}`;
}

const DAY = new Intl.DateTimeFormat("en-CA", { year: "numeric", month: "2-digit", day: "2-digit" });
const MINUTE = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

export function day(instant: string): string {
  return DAY.format(new Date(instant));
}

export function minute(instant: string): string {
  return `${day(instant)} ${MINUTE.format(new Date(instant))}`;
}

export function scopeName(scope: Partial<Scope>): string {
  const parts = [scope.user, scope.agent, scope.app, scope.session].filter((part) => part !== undefined);
  return parts.length === 0 ? "everyone" : parts.join(" · ");
}
