import type { MemCube } from "memos";
import { MemoryRow } from "../parts/MemoryRow.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Plain } from "../parts/Plain.js";
import { Rows } from "../parts/Rows.js";
import { useAct } from "../state/act.js";
import { go, memoryHref } from "../state/address.js";
import { useAnswer } from "../state/answer.js";
import { usePages } from "../state/pages.js";

const PAGE = 50;

/** What the firewall held back: nobody finds it until it is accepted. */
export function Review() {
  const { rows, problem, loading, next } = usePages<MemCube>("review", async (read, cursor) => {
    const page = await read.list({ states: ["generated"], order: "oldest", limit: PAGE, cursor });
    return { rows: page.cubes, cursor: page.cursor };
  });
  const { busy, problem: refused, act } = useAct();
  const accept = (cube: MemCube) => act((to) => to.step(cube.id, "approve", cube.version));
  const reject = (cube: MemCube) => act((to) => to.reject(cube.id));
  return (
    <>
      <p className="summary" role="status">
        Memories that were held back: no search, recall or list shows them until they are accepted.
        {rows.length > 0 && " Keys: a accepts, r rejects."}
      </p>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {refused !== undefined && <ProblemNotice problem={refused} />}
      <Rows
        rows={rows}
        label="Memories that await a review"
        height={110}
        keyOf={(cube) => cube.id}
        onNear={next}
        keys={{ Enter: (cube) => go(memoryHref(cube.id)), a: accept, r: reject }}
      >
        {(cube) => (
          <div className="review">
            <div>
              <MemoryRow cube={cube} />
              <Reasons id={cube.id} />
            </div>
            <span className="actions">
              <button type="button" disabled={busy} onClick={() => accept(cube)}>
                Accept
              </button>
              <button type="button" className="danger" disabled={busy} onClick={() => reject(cube)}>
                Reject
              </button>
            </span>
          </div>
        )}
      </Rows>
      {loading && rows.length === 0 && <Loading what="the queue" />}
      {!loading && rows.length === 0 && problem === undefined && (
        <Empty title="Nothing awaits a review">
          What looks like an order to a model, or comes from a source without trust, waits here.
        </Empty>
      )}
    </>
  );
}

/** The reasons are in the cause of the first version. */
function Reasons({ id }: { id: string }) {
  const { value } = useAnswer(`reasons ${id}`, (read) => read.history(id));
  const cause = value?.versions[0]?.cause ?? "";
  return (
    <p className="warning">
      <Plain text={cause} />
    </p>
  );
}
