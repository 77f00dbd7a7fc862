import fc from "fast-check";
import {
  type Attributes,
  type Behaviour,
  type BlobRef,
  type CubeContent,
  type CubeFile,
  type CubeId,
  type CubeTime,
  cubeStateSchema,
  cubeTypeSchema,
  type Governance,
  type ModelFingerprint,
  nextVersion,
  operationSchema,
  originSchema,
  type Payload,
  type PortableCube,
  type Provenance,
  type Scope,
  sha256,
  type Version,
} from "../../memcube/index.js";

export type PayloadKind = Payload["kind"];
export const PAYLOAD_KINDS = ["plaintext", "activation", "parametric"] as const;

/** A payload and the bytes that it refers to. */
interface Carried {
  readonly payload: Payload;
  readonly blobs: readonly Uint8Array[];
}

type Change = Pick<Version, "content" | "actor" | "operation" | "cause" | "recordedAt">;

function record<T, Required extends keyof T>(
  shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> },
  requiredKeys: Required[],
) {
  return fc.record(shape, { requiredKeys, noNullPrototype: true });
}

/** Every code point that a store keeps word for word: line breaks, control characters, all planes. */
const anyText = fc
  .string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((text) => text.trim() !== "" && !text.includes("\u0000"));
const name = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() !== "" && text !== "__proto__" && !/[\p{Cc}\u2028\u2029]/u.test(text));
const hash = fc.nat().map((n) => sha256(`${n}`));
const count = fc.nat({ max: 1_000_000 });
const positive = fc.integer({ min: 1, max: 1_000_000 });
const cubeId: fc.Arbitrary<CubeId> = fc.uuid({ version: 7 });

export const arbitraryInstant = fc
  .date({ min: new Date("0000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
  .map((date) => date.toISOString());

export const arbitraryScope: fc.Arbitrary<Scope> = record<Scope, "tenant">(
  { tenant: name, user: name, agent: name, app: name, session: name },
  ["tenant"],
);

// Minus zero has no JSON of its own.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const scalar = fc.oneof(anyText, fc.constant(""), number, fc.boolean(), fc.constant(null));

const author = fc.constantFrom("caller" as const, "rule" as const, "model" as const);
const authors = record<Attributes["authors"], never>(
  { title: author, keywords: author, tags: author, context: author },
  [],
);
const attributes = record<Attributes, "keywords" | "tags" | "metadata" | "authors">(
  {
    title: name,
    keywords: fc.array(name, { maxLength: 3 }),
    tags: fc.array(name, { maxLength: 3 }),
    context: anyText,
    metadata: fc.dictionary(name, fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
    authors,
  },
  ["keywords", "tags", "metadata", "authors"],
);

const time = record<CubeTime, "recordedAt">(
  {
    recordedAt: arbitraryInstant,
    occurredAt: arbitraryInstant,
    validFrom: arbitraryInstant,
    validTo: arbitraryInstant,
  },
  ["recordedAt"],
);

const governance = record<Governance, "visibility" | "sensitivity" | "retention" | "readonly">(
  {
    visibility: fc.constantFrom("private", "shared"),
    sensitivity: fc.constantFrom("public", "internal", "secret"),
    expiresAt: arbitraryInstant,
    retention: fc.constantFrom("default", "keep", "legal-hold"),
    readonly: fc.boolean(),
  },
  ["visibility", "sensitivity", "retention", "readonly"],
);

const feedback = record<Behaviour["feedback"], keyof Behaviour["feedback"]>(
  { useful: count, wrong: count, outdated: count },
  ["useful", "wrong", "outdated"],
);
const behaviour = record<Behaviour, "priority" | "heat" | "useCount" | "feedback">(
  {
    priority: fc.integer({ min: -100, max: 100 }),
    heat: number.map(Math.abs),
    useCount: count,
    lastUsedAt: arbitraryInstant,
    feedback,
  },
  ["priority", "heat", "useCount", "feedback"],
);

type Source = Provenance["sources"][number];
const span = fc.tuple(count, count).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const source = record<Source, "cube" | "sha256">({ cube: cubeId, span, sha256: hash }, ["cube", "sha256"]);
const provenance = record<Provenance, "origin" | "actor" | "sources">(
  {
    origin: fc.constantFrom(...originSchema.options),
    actor: name,
    sources: fc.array(source, { maxLength: 3 }),
    model: name,
    promptHash: hash,
  },
  ["origin", "actor", "sources"],
);

const manifestEntry = fc.record({ cube: cubeId, version: positive, sha256: hash }, { noNullPrototype: true });
const manifest = fc.array(manifestEntry, { minLength: 1, maxLength: 3 });
const fingerprint: fc.Arbitrary<ModelFingerprint> = fc.record(
  { model: hash, engine: name, configuration: hash, adapters: fc.array(hash, { maxLength: 2 }) },
  { noNullPrototype: true },
);

function blobRef(bytes: Uint8Array, mediaType: string): BlobRef {
  return { sha256: sha256(bytes), bytes: bytes.length, mediaType };
}

// Short, so that versions often share a blob, and now and then it is empty.
const blob = fc.uint8Array({ maxLength: 48 });

const plaintext = fc
  .tuple(anyText, fc.constantFrom("text" as const, "markdown" as const, "json" as const))
  .map(([text, format]): Carried => ({ payload: { kind: "plaintext", text, format }, blobs: [] }));

const activation = fc
  .tuple(fingerprint, hash, positive, blob, manifest)
  .map(([fingerprint, prefix, tokens, state, manifest]): Carried => {
    const ref = blobRef(state, "application/x-llama-state");
    return {
      payload: { kind: "activation", fingerprint, prefix, tokens, state: ref, manifest },
      blobs: [state],
    };
  });

const parametric = fc
  .tuple(fingerprint, positive, positive, blob, fc.option(blob), manifest)
  .map(([fingerprint, rank, alpha, weights, gguf, manifest]): Carried => {
    const base = { kind: "parametric" as const, fingerprint, rank, alpha: alpha / 16, manifest };
    const ref = blobRef(weights, "application/x-safetensors");
    if (gguf === null) return { payload: { ...base, weights: ref }, blobs: [weights] };
    return {
      payload: { ...base, weights: ref, gguf: blobRef(gguf, "application/x-gguf") },
      blobs: [weights, gguf],
    };
  });

const CARRIED = { plaintext, activation, parametric };

const frame = fc.record({
  type: fc.constantFrom(...cubeTypeSchema.options),
  attributes,
  time,
  governance,
  state: fc.constantFrom(...cubeStateSchema.options),
});

function change(kind: PayloadKind): fc.Arbitrary<{ change: Change; blobs: readonly Uint8Array[] }> {
  const operation = fc.constantFrom(...operationSchema.options);
  const cause = fc.oneof(fc.constant(""), anyText);
  return fc
    .tuple(frame, CARRIED[kind], name, operation, cause, arbitraryInstant)
    .map(([frame, { payload, blobs }, actor, operation, cause, recordedAt]) => {
      const content: CubeContent = { ...frame, payload };
      return { change: { content, actor, operation, cause, recordedAt }, blobs };
    });
}

/** The version chain that these changes leave, each on top of the one before. */
export function chainOf(id: CubeId, changes: readonly Change[]): Version[] {
  const chain: Version[] = [];
  for (const change of changes) chain.push(nextVersion(id, chain.at(-1) ?? null, change));
  return chain;
}

/** A whole and consistent cube with one to four versions, and the bytes of its blobs. */
export function arbitraryCubeFile(kind: PayloadKind): fc.Arbitrary<CubeFile> {
  const changes = fc.array(change(kind), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(cubeId, arbitraryScope, provenance, behaviour, fc.option(cubeId), changes)
    .map(([id, scope, provenance, behaviour, duplicateOf, changes]) => {
      const versions = chainOf(
        id,
        changes.map(({ change }) => change),
      );
      const last = versions[versions.length - 1] as Version;
      const cube = {
        id,
        scope,
        ...last.content,
        provenance,
        behaviour,
        version: last.version,
        ...(duplicateOf === null ? {} : { duplicateOf }),
      };
      const bytes = changes.flatMap(({ blobs }) => blobs);
      return { portable: { cube, versions }, blobs: new Map(bytes.map((part) => [sha256(part), part])) };
    });
}

export const arbitraryAnyCubeFile: fc.Arbitrary<CubeFile> = fc.oneof(...PAYLOAD_KINDS.map(arbitraryCubeFile));

/** A cube with all of its versions, of any payload kind. */
export const arbitraryPortableCube: fc.Arbitrary<PortableCube> = arbitraryAnyCubeFile.map(
  ({ portable }) => portable,
);
