import type { HistoryResult, Version } from "memos";
import { useState } from "react";
import { diffFields, diffWords } from "../../../../diff.js";
import { StateName, When } from "../../parts/Badges.js";
import { Plain } from "../../parts/Plain.js";
import { Table } from "../../parts/Table.js";
import { setParams, useAddress } from "../../state/address.js";

function textIn({ content }: Version): string {
  return content.payload.kind === "plaintext" ? content.payload.text : "";
}

/** Everything but the text, which is compared word by word. */
function rest({ content }: Version): unknown {
  const { payload, ...other } = content;
  const { text: _text, ...shape } = payload as { text?: string };
  return { ...other, payload: shape };
}

/** Every version, and what is different between any two of them. */
export function Versions({
  history: { versions, intact },
  current,
  onRestore,
}: {
  history: HistoryResult;
  current: number;
  onRestore: (version: number) => void;
}) {
  const { params } = useAddress();
  const several = versions.length > 1;
  const last = versions.at(-1)?.version ?? 1;
  const to = Number(params.get("to") ?? last);
  const from = Number(params.get("from") ?? Math.max(1, to - 1));
  const [left, right] = [from, to].map((number) => versions.find(({ version }) => version === number));
  return (
    <>
      {!intact && (
        <p className="warning" role="alert">
          A hash of the chain does not follow: the ledger was changed by something else.
        </p>
      )}
      <Table
        label="Versions"
        titles={[
          ...(several ? ["From", "To"] : []),
          "Version",
          "State",
          "Operation",
          "By",
          "When",
          "Why",
          "",
        ]}
      >
        {[...versions].reverse().map(({ version, content, operation, actor, recordedAt, cause }) => (
          <tr key={version}>
            {several && (
              <>
                {" "}
                <td>
                  <input
                    type="radio"
                    name="from"
                    aria-label={`Compare from version ${version}`}
                    checked={version === from}
                    onChange={() => setParams({ from: String(version) }, { replace: true })}
                  />
                </td>
                <td>
                  <input
                    type="radio"
                    name="to"
                    aria-label={`Compare to version ${version}`}
                    checked={version === to}
                    onChange={() => setParams({ to: String(version) }, { replace: true })}
                  />
                </td>
              </>
            )}
            <td>{version}</td>
            <td>
              <StateName state={content.state} />
            </td>
            <td>{operation}</td>
            <td>
              <Plain text={actor} />
            </td>
            <td>
              <When at={recordedAt} />
            </td>
            <td>
              <Plain text={cause} />
            </td>
            <td>
              {version !== current && (
                <button type="button" className="ghost" onClick={() => onRestore(version)}>
                  Restore
                </button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {left !== undefined && right !== undefined && from !== to && <Difference left={left} right={right} />}
    </>
  );
}

/** Characters of each text that are compared unless all are asked for. */
const COMPARED = 20_000;

function Difference({ left, right }: { left: Version; right: Version }) {
  const [all, setAll] = useState(false);
  const [a, b] = [textIn(left), textIn(right)];
  const isCut = !all && (a.length > COMPARED || b.length > COMPARED);
  const cut = (text: string) => (isCut ? text.slice(0, COMPARED) : text);
  const pieces = diffWords(cut(a), cut(b));
  const fields = diffFields(rest(left), rest(right));
  return (
    <section aria-label={`From version ${left.version} to version ${right.version}`}>
      <h3>
        Version {left.version} → {right.version}
      </h3>
      {a === b ? (
        <p className="quiet">The text is the same.</p>
      ) : (
        <div className="text diff">
          {pieces.map(({ kind, text }, index) => {
            const key = `${index} ${kind}`;
            if (kind === "removed")
              return (
                <del key={key}>
                  <Plain text={text} />
                </del>
              );
            if (kind === "added")
              return (
                <ins key={key}>
                  <Plain text={text} />
                </ins>
              );
            return <Plain key={key} text={text} />;
          })}
        </div>
      )}
      {isCut && (
        <button type="button" onClick={() => setAll(true)}>
          Compare all of it
        </button>
      )}
      {fields.length > 0 && (
        <Table label="Fields that differ" titles={["Field", "Before", "After"]}>
          {fields.map(({ path, before, after }) => (
            <tr key={path}>
              <th scope="row">{path}</th>
              <td>
                <Plain text={before} />
              </td>
              <td>
                <Plain text={after} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
