export {
  type Finding,
  type FindingCategory,
  Firewall,
  type InspectedField,
  type Verdict,
} from "./firewall.js";
export { type FirewallPolicy, firewallPolicySchema } from "./policy.js";
export { derivedTrust, ORIGIN_TRUST, trustIn } from "./trust.js";
