export type { Permit } from "./access.js";
export * from "./audit.js";
export {
  type AuditEntry,
  type AuditHead,
  auditEntrySchema,
  auditHeadSchema,
} from "./auditEntry.js";
export { Governance } from "./governance.js";
export {
  ACTIONS,
  type Action,
  actionSchema,
  GOVERNANCE_LIMITS,
  type Grant,
  grantSchema,
  type NewGrant,
  newGrantSchema,
} from "./grant.js";
export {
  type Principal,
  type PrincipalName,
  principalNameSchema,
  principalSchema,
} from "./principal.js";
export {
  type Quota,
  type QuotaResult,
  quotaResultSchema,
  quotaSchema,
  type Usage,
} from "./quota.js";
