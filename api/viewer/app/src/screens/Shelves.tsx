import type { ActivationList, AdapterList } from "memos";
import { StateName, When } from "../parts/Badges.js";
import { bytes, count, milliseconds, scopeName } from "../parts/format.js";
import { Empty, Loading, ProblemNotice } from "../parts/Notice.js";
import { Plain } from "../parts/Plain.js";
import { Table } from "../parts/Table.js";
import { useAct } from "../state/act.js";
import { useAnswer } from "../state/answer.js";

/** What is compiled, and what was learned. */
export function Shelves() {
  const activations = useAnswer("activations", (read) => read.activations());
  const adapters = useAnswer("adapters", (read) => read.adapters());
  return (
    <>
      <p className="quiet">
        Both belong to exactly one scope: choose that of a user or an agent above to see what is theirs.
      </p>
      <h2>Activations</h2>
      {activations.problem !== undefined && <ProblemNotice problem={activations.problem} />}
      {activations.loading && activations.value === undefined && <Loading what="activations" />}
      {activations.value !== undefined && <Activations list={activations.value.activations} />}
      <h2>Adapters</h2>
      {adapters.problem !== undefined && <ProblemNotice problem={adapters.problem} />}
      {adapters.loading && adapters.value === undefined && <Loading what="adapters" />}
      {adapters.value !== undefined && <Adapters list={adapters.value.adapters} />}
    </>
  );
}

function Activations({ list }: { list: ActivationList["activations"] }) {
  if (list.length === 0)
    return (
      <Empty title="Nothing is compiled">
        <code>memos chat</code> compiles the memory that its prompts begin with, once that is worth it.
      </Empty>
    );
  const saved = list.reduce((sum, { cube, prefillMs }) => sum + cube.behaviour.useCount * prefillMs, 0);
  return (
    <>
      <p>
        {count(list.length, "state")}, {bytes(list.reduce((sum, one) => sum + one.bytes, 0))}, up to{" "}
        {milliseconds(saved)} of prefill saved: what each took once, times its hits.
      </p>
      <Table
        label="Activations"
        titles={["Scope", "Tokens", "Memories", "Size", "Tier", "Prefill", "Hits", "Saved", "Last used"]}
      >
        {list.map(({ cube, tier, codec, bytes: size, prefillMs }) => (
          <tr key={cube.id}>
            <td>
              <Plain text={scopeName(cube.scope)} />
            </td>
            <td>{cube.payload.kind === "activation" && cube.payload.tokens.toLocaleString("en")}</td>
            <td>{cube.payload.kind === "activation" && cube.payload.manifest.length}</td>
            <td>{bytes(size)}</td>
            <td>
              {tier} <span className="quiet">{codec}</span>
            </td>
            <td>{milliseconds(prefillMs)}</td>
            <td>{cube.behaviour.useCount}</td>
            <td>{milliseconds(cube.behaviour.useCount * prefillMs)}</td>
            <td>
              {cube.behaviour.lastUsedAt === undefined ? "never" : <When at={cube.behaviour.lastUsedAt} />}
            </td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function Adapters({ list }: { list: AdapterList["adapters"] }) {
  const { busy, problem, act } = useAct();
  if (list.length === 0)
    return (
      <Empty title="Nothing was learned">
        <code>memos adapters train --attach</code> trains an adapter from the memories of a scope.
      </Empty>
    );
  return (
    <>
      {problem !== undefined && <ProblemNotice problem={problem} />}
      {list.map((adapter) => {
        const isAttached = adapter.attached.length > 0;
        return (
          <article key={adapter.id} className="card">
            <div className="cube-head">
              <StateName state={adapter.state} />
              <code>{adapter.id}</code>
              <span className="actions">
                {adapter.state === "ready" && (
                  <button
                    type="button"
                    disabled={busy}
                    onClick={() => act((to) => to.adapter(adapter.id, isAttached ? "detach" : "attach"))}
                  >
                    {isAttached ? "Detach" : "Attach"}
                  </button>
                )}
              </span>
            </div>
            {adapter.reason !== "" && <p className="warning">{adapter.reason}</p>}
            <p>
              {count(adapter.memories, "memory", "memories")}, rank {adapter.rank}, alpha {adapter.alpha},
              used {count(adapter.uses, "time")}, made <When at={adapter.createdAt} />.{" "}
              {isAttached
                ? `Attached to ${adapter.attached.map(({ scope, scale }) => `${scopeName(scope)} (× ${scale})`).join(", ")}.`
                : "Not attached."}
            </p>
            {adapter.gates.length > 0 && (
              <Table
                label="Gates"
                titles={["Gate", "Before", "After", "Limit", "Questions", "Passed", "Why"]}
              >
                {adapter.gates.map(({ gate, before, after, limit, n, passed, why }) => (
                  <tr key={gate}>
                    <th scope="row">{gate}</th>
                    <td>{before.toFixed(3)}</td>
                    <td>{after.toFixed(3)}</td>
                    <td>{limit.toFixed(3)}</td>
                    <td>{n}</td>
                    <td>{passed ? "yes" : "no"}</td>
                    <td>{why}</td>
                  </tr>
                ))}
              </Table>
            )}
            {adapter.state !== "ready" && (
              <p className="quiet">
                Its job is <code>{adapter.job}</code>; see Work.
              </p>
            )}
          </article>
        );
      })}
    </>
  );
}
