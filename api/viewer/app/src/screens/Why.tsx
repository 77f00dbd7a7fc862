import type { Explanation } from "memos";
import { minute } from "../parts/format.js";
import { Plain } from "../parts/Plain.js";

/** The score of a channel in its own measure: that of recency is a time. */
function scoreOf(channel: string, score: number): string {
  return channel === "recency" ? minute(new Date(score).toISOString()) : score.toFixed(4);
}

/** Why a hit was found: one line, and the figures when the row is chosen. */
export function Why({ explanation, open }: { explanation: Explanation | undefined; open: boolean }) {
  if (explanation === undefined) return null;
  const channels = Object.entries(explanation.channels).sort(
    ([, a], [, b]) => b.contribution - a.contribution,
  );
  const evidence = Object.entries(explanation.evidence ?? {}).filter(([, value]) => value !== 0);
  const most = channels[0]?.[1].contribution ?? 1;
  return (
    <div className="why">
      <span className="quiet">found by</span>
      {channels.map(([channel, { rank }]) => (
        <span key={channel} className="chip">
          {channel} <span className="quiet">#{rank}</span>
        </span>
      ))}
      {explanation.terms.length > 0 && (
        <span className="quiet">
          words: <Plain text={explanation.terms.slice(0, 8).join(", ")} />
        </span>
      )}
      {open && (
        <table>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col">Rank</th>
              <th scope="col">Score</th>
              <th scope="col">Contribution</th>
            </tr>
          </thead>
          <tbody>
            {channels.map(([channel, { rank, score, contribution }]) => (
              <tr key={channel}>
                <th scope="row">{channel}</th>
                <td>{rank}</td>
                <td>{scoreOf(channel, score)}</td>
                <td>
                  {contribution.toFixed(4)}{" "}
                  <meter min={0} max={most} value={contribution} aria-label={`Contribution of ${channel}`} />
                </td>
              </tr>
            ))}
            {explanation.use !== undefined && (
              <tr>
                <th scope="row">use, priority, feedback</th>
                <td />
                <td>× {explanation.use.toFixed(3)}</td>
                <td />
              </tr>
            )}
            <tr>
              <th scope="row">in the index</th>
              <td />
              <td>{explanation.tier}</td>
              <td />
            </tr>
          </tbody>
        </table>
      )}
      {open && evidence.length > 0 && (
        <p className="evidence">
          <span className="quiet">evidence</span>
          {evidence.map(([name, value]) => (
            <span key={name} className="chip">
              {name} <span className="quiet">{value.toFixed(2)}</span>
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
