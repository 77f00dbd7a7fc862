export {
  type AddInput,
  type AddParams,
  type AllParams,
  type ChatEvent,
  type ChatParams,
  type Filter,
  type ForgetParams,
  type GetParams,
  type ListParams,
  type MemCube,
  type MemoryInput,
  MemosClient,
  type PortableCube,
  type RecallParams,
  type Scoped,
  type SearchParams,
  type UpdateParams,
} from "./client.js";
export { type ClientErrorCode, MemosClientError, type TransportCode } from "./error.js";
export type { AddProgress } from "./ingest.js";
export type { AnswerOf, BodyOf, InputOf, OperationId, QueryOf, RequestId, StreamId } from "./operation.js";
export { type CallOptions, CLIENT_LIMITS, type ClientOptions, type RequestScope } from "./options.js";
