import type * as z from "zod";
import type { Governance, MemCube, Scope } from "../../../memcube/index.js";
import { textOf } from "../../../memcube/index.js";
import { parse } from "../../parse.js";
import { contextBlocksIn, EchoMemory, isContextBlock, type Span, united } from "./echo.js";
import { instructionsIn } from "./instructions.js";
import { personalIn } from "./personal.js";
import { type FirewallPolicy, firewallPolicySchema, type Measure, type TenantPolicy } from "./policy.js";
import type { Found } from "./scan.js";
import { secretsIn } from "./secrets.js";
import { quarantineScore, trustIn } from "./trust.js";

export type FindingCategory = "secrets" | "personal" | "instructions";

/** Something found in a field of a cube: what and where, never the text itself. */
export interface Finding extends Found {
  readonly category: FindingCategory;
  readonly field: InspectedField;
}

export type InspectedField = "text" | "title" | "context" | "labels" | "facts" | "metadata";

/** What is to become of a cube that is about to be written. */
export interface Verdict {
  readonly action: "admit" | "quarantine" | "skip";
  /** Set when the sensitivity is to be raised. */
  readonly sensitivity?: Governance["sensitivity"];
  readonly trust: number;
  readonly findings: readonly Finding[];
  /** Why it is not simply admitted: kinds of findings for a quarantine, a sentence for a skip. */
  readonly reasons: readonly string[];
  /** Parts of the text from which nothing is to be learned. */
  readonly echoes: readonly Span[];
}

type Inspected = Pick<MemCube, "payload" | "attributes" | "provenance">;

const REPEATS_CONTEXT = "This is a context that recall has compiled: what it holds is in memory already.";

/** Who repeats what they were given as if it were their own words. */
const REPEATING = new Set(["assistant", "tool", "inferred"]);

/** The reason where a source has no trust at all. */
const UNTRUSTED = "untrusted-source";

/**
 * Looks at what is about to be written, before anything is: secrets, personal data, instructions posing as
 * memory, echoes of our own contexts. It decides and changes nothing.
 */
export class Firewall {
  readonly #policy: z.output<typeof firewallPolicySchema>;
  readonly #echoes = new EchoMemory();

  /** @throws MemosError INVALID_INPUT for a policy that is not valid. */
  constructor(policy: FirewallPolicy = {}) {
    this.#policy = parse(firewallPolicySchema, policy);
  }

  policyOf({ tenant }: Pick<Scope, "tenant">): TenantPolicy {
    const { tenants } = this.#policy;
    return Object.hasOwn(tenants, tenant) ? (tenants[tenant] as TenantPolicy) : this.#policy;
  }

  /** Remembers what a caller was given, so that it is recognised when it comes back. */
  gave(scope: Scope, cubes: Iterable<Pick<MemCube, "payload">>): void {
    if (this.policyOf(scope).echoes === "off") return;
    const texts: string[] = [];
    for (const cube of cubes) texts.push(textOf(cube) ?? "");
    this.#echoes.gave(scope, texts);
  }

  /** How far what a cube says is trusted, from 0 to 1. */
  trustIn({ provenance, scope }: Pick<MemCube, "provenance" | "scope">): number {
    return trustIn(provenance, this.policyOf(scope).trust);
  }

  /** What would become of a cube that were written now. */
  inspect(cube: Inspected, scope: Scope): Verdict {
    const policy = this.policyOf(scope);
    const trust = trustIn(cube.provenance, policy.trust);
    const text = textOf(cube) ?? "";
    const echoes = policy.echoes === "off" ? [] : this.#echoesIn(text, cube, scope);
    if (policy.echoes !== "off" && isContextBlock(text))
      return { action: "skip", trust, findings: [], reasons: [REPEATS_CONTEXT], echoes };
    const findings: Finding[] = [];
    for (const [field, value] of fieldsOf(cube, text)) {
      const note = (category: FindingCategory, found: readonly Found[]) => {
        for (const one of found) findings.push({ category, field, ...one });
      };
      if (policy.secrets !== "off") note("secrets", secretsIn(value));
      if (policy.personal !== "off") note("personal", personalIn(value));
      if (policy.instructions === "off") continue;
      const { found } = instructionsIn(value);
      // A fence of ours is an echo; what stands inside it may still be forged.
      const own = field === "text" ? withoutFences(found, echoes) : found;
      note("instructions", own);
    }
    const score = scoreOf(findings.filter(({ category }) => category === "instructions"));
    return { trust, echoes, findings, ...decide(policy, findings, score, trust) };
  }

  #echoesIn(text: string, { provenance }: Inspected, scope: Scope): Span[] {
    const blocks = contextBlocksIn(text);
    const repeated = REPEATING.has(provenance.origin) ? this.#echoes.repeatedIn(scope, text) : [];
    return united([...blocks, ...repeated]);
  }
}

/** A sum over the kinds found anywhere in the cube, each counted once. */
function scoreOf(found: readonly Found[]): number {
  const strongest = new Map<string, number>();
  for (const { kind, confidence } of found)
    strongest.set(kind, Math.max(strongest.get(kind) ?? 0, confidence));
  return [...strongest.values()].reduce((sum, confidence) => sum + confidence, 0);
}

/** Without the fences inside the spans; both are in order. */
function withoutFences(found: readonly Found[], spans: readonly Span[]): readonly Found[] {
  if (spans.length === 0) return found;
  let next = 0;
  return found.filter(({ kind, start, end }) => {
    if (kind !== "fence") return true;
    while (next < spans.length && (spans[next]?.[1] ?? 0) <= start) next++;
    const span = spans[next];
    return span === undefined || start < span[0] || end > span[1];
  });
}

function decide(
  policy: TenantPolicy,
  findings: readonly Finding[],
  score: number,
  trust: number,
): Pick<Verdict, "action" | "sensitivity" | "reasons"> {
  const kinds = (category: FindingCategory) =>
    findings.filter((finding) => finding.category === category).map(({ kind }) => kind);
  const reasons = new Set<string>();
  let secret = false;
  const apply = (measure: Measure, found: readonly string[]) => {
    if (found.length === 0) return;
    if (measure === "quarantine") for (const kind of found) reasons.add(kind);
    if (measure === "secret") secret = true;
  };
  apply(policy.secrets, kinds("secrets"));
  apply(policy.personal, kinds("personal"));
  if (score >= quarantineScore(trust))
    apply(policy.instructions, trust <= 0 ? [...kinds("instructions"), UNTRUSTED] : kinds("instructions"));
  return {
    action: reasons.size > 0 ? "quarantine" : "admit",
    ...(secret ? { sensitivity: "secret" as const } : {}),
    reasons: [...reasons],
  };
}

/** Every text that a caller gave, by its field. */
function* fieldsOf({ attributes }: Inspected, text: string): Generator<[InspectedField, string]> {
  yield ["text", text];
  const { title, context, keywords, tags, facts, metadata, authors } = attributes;
  if (title !== undefined) yield ["title", title];
  if (context !== undefined && authors.context === "caller") yield ["context", context];
  const labels = [
    ...(authors.keywords === "caller" ? keywords : []),
    ...(authors.tags === "caller" ? tags : []),
  ];
  if (labels.length > 0) yield ["labels", labels.join("\n")];
  if (facts !== undefined && facts.length > 0)
    yield [
      "facts",
      facts.map(({ subject, relation, object }) => `${subject} ${relation} ${object}`).join("\n"),
    ];
  const said = Object.entries(metadata).flatMap(([name, value]) =>
    [value].flat().flatMap((item) => (typeof item === "string" ? [`${name}: ${item}`] : [])),
  );
  if (said.length > 0) yield ["metadata", said.join("\n")];
}
