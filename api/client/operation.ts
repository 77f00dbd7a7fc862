import type { OPERATIONS } from "./generated/operations.js";
import type { operations } from "./generated/rest.js";

/** The operations of the REST API by their `operationId`. */
export type OperationId = keyof typeof OPERATIONS & keyof operations;

/** Those that answer with one JSON value. */
export type RequestId = {
  [Id in OperationId]: (typeof OPERATIONS)[Id][2] extends "json" ? Id : never;
}[OperationId];

/** Those that answer with a stream, and take no stream. */
export type StreamId = {
  [Id in OperationId]: (typeof OPERATIONS)[Id][2] extends "json"
    ? never
    : (typeof OPERATIONS)[Id][1] extends "ndjson"
      ? never
      : Id;
}[OperationId];

type Content<Message> = Message extends { content: infer Types } ? Types[keyof Types] : never;

type Parameters<Id extends OperationId, Place extends "path" | "query"> = operations[Id]["parameters"][Place];

export type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: infer Body }
  ? Content<Body>
  : undefined;

export type QueryOf<Id extends OperationId> = Exclude<Parameters<Id, "query">, undefined>;

/** What an operation answers with; for a stream, each piece of it. */
export type AnswerOf<Id extends OperationId> = Content<
  operations[Id]["responses"][keyof operations[Id]["responses"]]
>;

/** A part of the input: absent where the operation has none, optional where nothing in it is needed. */
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? { readonly [Key in Name]?: undefined }
  : Record<never, never> extends Value
    ? { readonly [Key in Name]?: Exclude<Value, undefined> }
    : { readonly [Key in Name]: Value };

/** The input of an operation; the scope of the client is added to it. */
export type InputOf<Id extends OperationId> = Part<"path", Parameters<Id, "path">> &
  Part<"query", Parameters<Id, "query">> &
  Part<"body", BodyOf<Id>>;
