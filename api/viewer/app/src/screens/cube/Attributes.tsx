import type { MemCube } from "memos";
import type { ReactNode } from "react";
import { When } from "../../parts/Badges.js";
import { count, scopeName } from "../../parts/format.js";
import { Link } from "../../parts/Link.js";
import { Plain } from "../../parts/Plain.js";
import { href, memoryHref } from "../../state/address.js";

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Labels({ labels }: { labels: readonly string[] }) {
  return (
    <ul className="chips">
      {labels.map((label) => (
        <li key={label} className="chip">
          <Plain text={label} />
        </li>
      ))}
    </ul>
  );
}

/** Everything that the envelope of a memory holds beside its text. */
export function Attributes({ cube }: { cube: MemCube }) {
  const { attributes, provenance, time, governance, behaviour, payload } = cube;
  const { facts = [], links = [] } = attributes;
  const { useful, wrong, outdated } = behaviour.feedback;
  return (
    <dl className="attributes">
      <Entry name="Id">
        <code>{cube.id}</code>
      </Entry>
      <Entry name="Scope">
        <Plain text={`${cube.scope.tenant} · ${scopeName(cube.scope)}`} />
      </Entry>
      <Entry name="From">
        <Plain text={provenance.actor} /> ({provenance.origin})
        {provenance.model !== undefined && (
          <>
            , written by <Plain text={provenance.model} />
          </>
        )}
        {provenance.trust !== undefined && `, trust ${provenance.trust}`}
      </Entry>
      <Entry name="Recorded">
        <When at={time.recordedAt} />
      </Entry>
      {time.occurredAt !== undefined && (
        <Entry name="Happened">
          <When at={time.occurredAt} />
        </Entry>
      )}
      {(time.validFrom !== undefined || time.validTo !== undefined) && (
        <Entry name="Valid">
          {time.validFrom === undefined ? "ever since" : <When at={time.validFrom} />} to{" "}
          {time.validTo === undefined ? "now" : <When at={time.validTo} />}
        </Entry>
      )}
      <Entry name="Access">
        {governance.visibility}, {governance.sensitivity}, retention {governance.retention}
        {governance.readonly && ", read-only"}
        {governance.expiresAt !== undefined && (
          <>
            , expires <When at={governance.expiresAt} />
          </>
        )}
      </Entry>
      <Entry name="Use">
        heat {behaviour.heat.toFixed(2)}, used {count(behaviour.useCount, "time")}
        {behaviour.priority !== 0 && `, priority ${behaviour.priority}`}
        {useful + wrong + outdated > 0 && `; said useful ${useful}, wrong ${wrong}, outdated ${outdated}`}
      </Entry>
      {payload.kind === "plaintext" && payload.sealed !== undefined && (
        <Entry name="Vault">The value is sealed. The audit notes who reveals it; the viewer does not.</Entry>
      )}
      {attributes.keywords.length > 0 && (
        <Entry name="Keywords">
          <Labels labels={attributes.keywords} />
        </Entry>
      )}
      {attributes.tags.length > 0 && (
        <Entry name="Tags">
          <Labels labels={attributes.tags} />
        </Entry>
      )}
      {attributes.context !== undefined && (
        <Entry name="Context">
          <Plain text={attributes.context} />
        </Entry>
      )}
      {facts.length > 0 && (
        <Entry name="States">
          <ul className="lines">
            {facts.map(({ subject, relation, object }) => (
              <li key={`${subject}\n${relation}\n${object}`}>
                <Link href={href("entity", { name: subject })}>
                  <Plain text={subject} />
                </Link>{" "}
                <Plain text={relation} />{" "}
                <Link href={href("entity", { name: object })}>
                  <Plain text={object} />
                </Link>
              </li>
            ))}
          </ul>
        </Entry>
      )}
      {links.length > 0 && (
        <Entry name="Links">
          <ul className="lines">
            {links.map(({ to, kind, why = "" }) => (
              <li key={`${to} ${kind}`}>
                <Link href={memoryHref(to)}>{kind}</Link> <Plain text={why} />
              </li>
            ))}
          </ul>
        </Entry>
      )}
      {Object.keys(attributes.metadata).length > 0 && (
        <Entry name="Metadata">
          <pre>
            <Plain text={JSON.stringify(attributes.metadata, null, 2)} />
          </pre>
        </Entry>
      )}
      {cube.duplicateOf !== undefined && (
        <Entry name="Duplicate of">
          <Link href={memoryHref(cube.duplicateOf)}>an earlier memory that says the same</Link>
        </Entry>
      )}
    </dl>
  );
}
