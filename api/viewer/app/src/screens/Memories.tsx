import type { MemCube } from "memos";
import { useCallback } from "react";
import { AsOf, Choices, TYPES, words } from "../parts/Filters.js";
import { MemoryRow } from "../parts/MemoryRow.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { OrderChoice } from "../parts/OrderChoice.js";
import { Rows } from "../parts/Rows.js";
import { go, memoryHref, setParams, useAddress } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { usePages } from "../state/pages.js";

const STATES = ["active", "frozen", "archived", "generated", "merged", "expired"] as const;
const PAGE = 100;

export function Memories() {
  const { params } = useAddress();
  const types = words(params.get("types"));
  const states = words(params.get("states"));
  const asOf = params.get("asOf") ?? "";
  const order = params.get("order") === "oldest" ? "oldest" : "newest";
  const query = { limit: PAGE, order, types, states, asOf };
  const { rows, problem, loading, more, next } = usePages<MemCube>(
    JSON.stringify(query),
    async (read, cursor) => {
      const page = await read.list({ ...query, cursor });
      return { rows: page.cubes, cursor: page.cursor };
    },
  );
  const stats = useAnswer("stats", (read) => read.stats());
  const isAll = types.length === 0 && states.length === 0 && asOf === "";
  const total = isAll ? stats.value?.cubes : undefined;
  const onNear = useCallback(() => next(), [next]);

  return (
    <>
      <div className="filters">
        <Choices
          label="Types"
          all={TYPES}
          chosen={types}
          onChange={(chosen) => setParams({ types: chosen.join(",") })}
        />
        <Choices
          label="States"
          all={STATES}
          chosen={states}
          onChange={(chosen) => setParams({ states: chosen.join(",") })}
        />
        <AsOf value={asOf} onChange={(day) => setParams({ asOf: day })} />
        <OrderChoice
          value={order}
          names={{ newest: "newest first", oldest: "oldest first" }}
          onChange={(chosen) => setParams({ order: chosen })}
        />
      </div>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {rows.length > 0 && (
        <p className="summary" role="status">
          {rows.length.toLocaleString("en")}
          {more && total !== undefined && ` of ${total.toLocaleString("en")}`} memories
          {more && ", more as you scroll"}
        </p>
      )}
      <Rows
        rows={rows}
        label="Memories"
        height={62}
        total={more ? -1 : rows.length}
        keyOf={(cube) => cube.id}
        onNear={onNear}
        keys={{ Enter: (cube) => go(memoryHref(cube.id)) }}
      >
        {(cube) => <MemoryRow cube={cube} />}
      </Rows>
      {loading && <Loading what="memories" />}
      {!loading && rows.length === 0 && problem === undefined && (
        <Empty title="No memories here">
          {isAll
            ? "Choose another scope above, or remember something at Search."
            : "Take a filter away, or choose another scope."}
        </Empty>
      )}
    </>
  );
}
