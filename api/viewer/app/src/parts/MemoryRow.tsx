import type { MemCube } from "memos";
import type { ReactNode } from "react";
import { memoryHref } from "../state/address.js";
import { StateName, TypeName, When } from "./Badges.js";
import { excerpt, scopeName } from "./format.js";
import { Link } from "./Link.js";
import { Marked, Plain } from "./Plain.js";

/** One memory in a list: what it says, and the line below. */
export function MemoryRow({
  cube,
  terms = [],
  children,
}: {
  cube: MemCube;
  terms?: readonly string[];
  children?: ReactNode;
}) {
  const { title } = cube.attributes;
  return (
    <>
      <Link className="row-link" href={memoryHref(cube.id)}>
        {title !== undefined && (
          <strong>
            <Plain text={title} />{" "}
          </strong>
        )}
        <Marked text={excerpt(cube)} terms={terms} />
      </Link>
      <div className="meta">
        <TypeName type={cube.type} />
        {cube.state !== "active" && <StateName state={cube.state} />}
        <span>
          <Plain text={cube.provenance.actor} /> ({cube.provenance.origin})
        </span>
        <When at={cube.time.occurredAt ?? cube.time.recordedAt} />
        <span className="scope-of">
          <Plain text={scopeName(cube.scope)} />
        </span>
        {children}
      </div>
    </>
  );
}
