import type { MemCube } from "../memcube/index.js";
import { and, type Filter, gte, lt, not, or } from "../memos/index.js";

/** Times in the world before the time of recording, which stands in where none is known. */
const TIMES = ["occurredAt", "validFrom", "recordedAt"] as const;

/** Before anything. */
const EVER = "0000-01-01T00:00:00Z";

/** When something happened, by the first time that is known of it. */
export function happened({ time }: Pick<MemCube, "time">): string {
  return time.occurredAt ?? time.validFrom ?? time.recordedAt;
}

export function inTimeOrder(a: MemCube, b: MemCube): number {
  return compared(happened(a), happened(b)) || compared(a.id, b.id);
}

/** What happened from an instant on and before another; undefined when neither is given. */
export function spanFilter(begin: string | undefined, end: string | undefined): Filter | undefined {
  if (begin === undefined && end === undefined) return undefined;
  const unknown = (field: string) => not(gte(field, EVER));
  return or(
    ...TIMES.map((field, index) =>
      and(
        ...TIMES.slice(0, index).map(unknown),
        ...(begin === undefined ? [] : [gte(field, begin)]),
        ...(end === undefined ? [] : [lt(field, end)]),
      ),
    ),
  );
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
