import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useKeys } from "../state/keys.js";

/** Rows below the last one in sight at which the next page is asked for. */
const AHEAD = 15;

/** What a row is like. */
interface RowsProps<T> {
  readonly rows: readonly T[];
  /** What the list is, for who does not see it. */
  readonly label: string;
  readonly keyOf: (row: T, index: number) => string;
  /** Pixels of a row as far as nobody has measured it. */
  readonly height: number;
  /** How many there are in all, where that is known. */
  readonly total?: number | undefined;
  readonly onNear?: (() => void) | undefined;
  /** Called with the row that Enter, or another key, is pressed on. */
  readonly keys?: Readonly<Record<string, (row: T) => void>>;
  readonly children: (row: T, chosen: boolean) => ReactNode;
}

/**
 * A list of which only the rows in sight are in the document. j and k move through it; the row that is chosen
 * has the focus.
 */
export function Rows<T>({ rows, label, keyOf, height, total, onNear, keys = {}, children }: RowsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState(-1);
  const [margin, setMargin] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands above the list moves it.
  useEffect(() => setMargin(list.current?.offsetTop ?? 0), [rows.length]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => height,
    overscan: 8,
    scrollMargin: margin,
    // The bar stays above.
    scrollPaddingStart: 64,
    scrollPaddingEnd: 16,
    getItemKey: (index) => keyOf(rows[index] as T, index),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= rows.length - AHEAD) onNear?.();
  }, [last, rows.length, onNear]);

  const move = (to: number) => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    if (rows.length === 0) return;
    setChosen(index);
    virtual.scrollToIndex(index, { align: "auto" });
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus({ preventScroll: true });
    });
  };
  const own = Object.entries(keys).map(([name, act]) => [
    name,
    () => {
      const row = rows[chosen];
      if (row !== undefined) act(row);
    },
  ]);
  useKeys({
    j: () => move(chosen + 1),
    k: () => move(chosen - 1),
    ...Object.fromEntries(own),
  });

  return (
    // biome-ignore lint/a11y/useSemanticElements: the rows lie in absolute places, which a list element cannot have.
    <div
      ref={list}
      className="rows"
      role="list"
      aria-label={label}
      style={{ height: virtual.getTotalSize() }}
    >
      {items.map((item) => {
        const row = rows[item.index] as T;
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above.
          <div
            key={item.key}
            ref={virtual.measureElement}
            data-index={item.index}
            data-chosen={item.index === chosen}
            role="listitem"
            aria-setsize={total ?? rows.length}
            aria-posinset={item.index + 1}
            tabIndex={-1}
            className="row"
            style={{ transform: `translateY(${item.start - margin}px)` }}
            onFocus={() => setChosen(item.index)}
          >
            {children(row, item.index === chosen)}
          </div>
        );
      })}
    </div>
  );
}
