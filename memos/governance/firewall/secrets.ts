import { type Found, type Rule, Scan } from "./scan.js";

/** Nothing that belongs to a token follows. */
const END = "(?![A-Za-z0-9_])";

/** A token that its issuer gave a prefix: the prefix names the kind. */
function token(kind: string, starts: string, body: string): Rule {
  return {
    kind,
    starts: starts.split(" "),
    pattern: new RegExp(body + END, "y"),
    confidence: 0.95,
    accept: ([whole]) => !isPlaceholder(whole),
  };
}

const TOKENS: readonly Rule[] = [
  token("aws-key", "AKIA ASIA ABIA ACCA", "A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}"),
  token("github-token", "ghp_ gho_ ghu_ ghs_ ghr_", "gh[pousr]_[A-Za-z0-9]{36,255}"),
  token("github-token", "github_pat_", "github_pat_[A-Za-z0-9_]{60,255}"),
  token(
    "gitlab-token",
    "glpat gldt glrt glptt gloas glcbt glsoat glft glimt",
    "gl(?:pat|dt|rt|ptt|oas|cbt|soat|ft|imt)-[A-Za-z0-9_.-]{20,128}",
  ),
  token("slack-token", "xoxa xoxb", "xox[abeoprs](?:\\.xox[abp])?-[A-Za-z0-9-]{10,250}"),
  token("slack-token", "xapp-", "xapp-[0-9]-[A-Za-z0-9]{5,20}-[0-9]{5,20}-[A-Za-z0-9]{20,100}"),
  token(
    "slack-webhook",
    "hooks.slack.com",
    "hooks\\.slack\\.com/services/[A-Z0-9]{6,14}/[A-Z0-9]{6,14}/[A-Za-z0-9]{16,40}",
  ),
  token("stripe-key", "sk_ rk_", "[sr]k_(?:live|test)_[A-Za-z0-9]{10,247}"),
  token("stripe-key", "whsec_", "whsec_[A-Za-z0-9+/]{24,128}"),
  token("anthropic-key", "sk-ant", "sk-ant-[a-z0-9]{2,12}-[A-Za-z0-9_-]{20,200}"),
  token(
    "openai-key",
    "sk-",
    "sk-(?!ant-)(?:proj-|svcacct-|admin-|or-v1-)?(?=[A-Za-z_-]{0,40}[0-9])[A-Za-z0-9_-]{20,250}",
  ),
  token("google-key", "AIza", "AIza[A-Za-z0-9_-]{35}"),
  token("google-key", "ya29", "ya29\\.[A-Za-z0-9_-]{20,400}"),
  token("google-key", "GOCSPX", "GOCSPX-[A-Za-z0-9_-]{28}"),
  token("npm-token", "npm_", "npm_[A-Za-z0-9]{36}"),
  token("pypi-token", "pypi-", "pypi-AgE[A-Za-z0-9_-]{50,400}"),
  token("hugging-face-token", "hf_", "hf_[A-Za-z0-9]{30,40}"),
  token("groq-key", "gsk_", "gsk_[A-Za-z0-9]{40,64}"),
  token("replicate-token", "r8_", "r8_[A-Za-z0-9]{37,40}"),
  token("sendgrid-key", "SG.", "SG\\.[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{16,64}"),
  token("twilio-key", "SK", "SK[0-9a-f]{32}"),
  token("digitalocean-token", "doo_ dop_ dor_", "do[opr]_v1_[a-f0-9]{64}"),
  token("shopify-token", "shpat shpca shppa shpss", "shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
  token("docker-token", "dckr_", "dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}"),
  token("vault-token", "hvs. hvb.", "hv[sb]\\.[A-Za-z0-9_-]{24,200}"),
  token("linear-key", "lin_", "lin_(?:api|oauth)_[A-Za-z0-9]{32,64}"),
  token("databricks-token", "dapi", "dapi[0-9a-f]{32}"),
  token("age-key", "AGE-SECRET", "AGE-SECRET-KEY-1[0-9A-Z]{58}"),
  token("grafana-token", "glsa_ glc_", "gl(?:sa|c)_[A-Za-z0-9_+/=]{32,200}"),
  token("sentry-token", "sntrys_ sntryu_", "sntry[su]_[A-Za-z0-9_+/=-]{40,250}"),
  token("notion-token", "ntn_", "ntn_[A-Za-z0-9]{40,60}"),
  token("telegram-token", digits(), "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
  token("jwt", "eyJ", "eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{16,1200}"),
];

/** Every pair of digits: what begins with a number. */
function digits(): string {
  return Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, "0")).join(" ");
}

const SCHEMES =
  "postgres postgresql mysql mariadb mongodb redis rediss amqp amqps http https ftp ftps sftp ssh smtp smtps ldap ldaps mssql sqlserver clickhouse nats mqtt mqtts";

const CONNECTION: Rule = {
  kind: "connection-string",
  starts: SCHEMES.split(" "),
  pattern: new RegExp(
    `(?:${SCHEMES.split(" ").reverse().join("|")})(?:\\+[a-z0-9]{2,12})?://[^\\s:@/"'<>]{0,64}:([^\\s@/"'<>]{3,128})@[\\w.[-]`,
    "iy",
  ),
  confidence: 0.9,
  group: 1,
  accept: ([, password = ""]) => !isPlaceholder(password),
};

const HEADER: Rule = {
  kind: "authorization",
  starts: ["bearer", "basic"],
  pattern: /(?:bearer|basic)[ \t]{1,3}([A-Za-z0-9._~+/-]{16,2000}={0,2})(?![A-Za-z0-9])/iy,
  confidence: 0.85,
  group: 1,
  accept: ([, value = ""]) => isRandom(value),
};

const PASSWORD_NAMES =
  "password passwords passwd passphrase passcode passwort kennwort pwd pass contraseña contrasena senha wachtwoord hasło haslo parola lösenord пароль 密码 密碼 パスワード 비밀번호";
const KEY_NAMES =
  "api apikey key token secret access auth client private credential credentials webhook signing encryption bot session refresh license account";

/** What stands between a name and its value: a sign, or a verb of several languages. */
const SIGN = `[ \\t]{0,3}(?:[:=]{1,2}>?|->|→|：)[ \\t]{0,3}`;
const VERB = `[ \\t]{1,3}(?:is|was|are|ist|lautet|es|est|é|è|är|to|jest|это)(?:[ \\t](?:now|currently|still|just|jetzt|ahora|maintenant|set to))?[ \\t]{0,2}[:=]?[ \\t]{1,3}`;
const OPEN_QUOTE = `["'\`“„«‘]{0,2}`;
const QUALIFIER = `(?:[ \\t](?:for|to|of|on|at|für|vom|zu|de|del|da|do|para|van|voor|pour)[ \\t][^\\n.:=?!]{1,48}?)?`;

/** `password: …`, `my password for the router is …`. */
const PASSWORD_SIGN = new RegExp(
  `(?:${names(PASSWORD_NAMES)}|mot de passe)(?:[_-][A-Za-z0-9_-]{1,24})?["'\`)\\]*]{0,3}${QUALIFIER}${SIGN}(${OPEN_QUOTE})([^\\s"'\`“”«»]{4,128})(?=(.?)[ \\t]{0,4}(\\n|$)?)`,
  "iy",
);
const PASSWORD_VERB = new RegExp(
  `(?:${names(PASSWORD_NAMES)}|mot de passe)${QUALIFIER}(?:${VERB}|[ \\t]?(?:は|是|为|為)[ \\t]?)(${OPEN_QUOTE})([^\\s"'\`“”«»]{4,128})(?=(.?)[ \\t]{0,4}(\\n|$)?)`,
  "iy",
);
const KEY_SIGN = new RegExp(
  `(?:${names(KEY_NAMES)})(?:[ _-]?(?:api|access|auth|secret|private|signing|app|client|key|token|id)){0,4}["'\`)\\]*]{0,3}${QUALIFIER}(?:${SIGN}|${VERB})${OPEN_QUOTE}([A-Za-z0-9_+/=.~:-]{12,512})`,
  "iy",
);
const PIN = new RegExp(
  `(?:pin|cvv|cvc|otp|pincode)(?:[ _-](?:code|number|nummer))?${QUALIFIER}(?:${SIGN}|${VERB})${OPEN_QUOTE}([0-9]{3,8})(?![0-9A-Za-z%])(?!\\.[0-9])`,
  "iy",
);

function names(list: string): string {
  return list
    .split(" ")
    .sort((a, b) => b.length - a.length)
    .join("|");
}

const ASSIGNMENTS: readonly Rule[] = [
  {
    kind: "password",
    starts: [...PASSWORD_NAMES.split(" "), "mot de passe"],
    pattern: PASSWORD_SIGN,
    confidence: 0.8,
    group: 2,
    accept: ([, quote = "", value = "", , ends]) =>
      isPassword(value) || (isPlainWord(value) && (quote !== "" || ends !== undefined)),
  },
  {
    kind: "password",
    starts: [...PASSWORD_NAMES.split(" "), "mot de passe"],
    pattern: PASSWORD_VERB,
    confidence: 0.7,
    group: 2,
    accept: ([, quote = "", value = "", closing]) =>
      isPassword(value) || (quote !== "" && closing !== "" && isPlainWord(value)),
  },
  {
    kind: "assigned-secret",
    starts: KEY_NAMES.split(" "),
    pattern: KEY_SIGN,
    confidence: 0.75,
    group: 1,
    accept: ([whole, value = ""]) => NAMED_KEY.test(whole) && isRandom(value),
  },
  { kind: "pin", starts: ["pin", "cvv", "cvc", "otp"], pattern: PIN, confidence: 0.7, group: 1 },
];

/** `account` or `api` alone is no name of a secret. */
const NAMED_KEY = /key|token|secret|credential|auth/i;

const KEY_BLOCK = /-----(BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;

/** What is taken for the key where the end of its block is missing. */
const KEY_BODY = /[A-Za-z0-9+/=\s-]{0,4096}/y;

export const SECRET_RULES: readonly Rule[] = [...TOKENS, CONNECTION, HEADER, ...ASSIGNMENTS];

const SCAN = new Scan(SECRET_RULES);

/**
 * Credentials in a text, in order of place. Modelled on the rules of gitleaks and detect-secrets, and on how
 * people tell passwords in conversation.
 */
export function secretsIn(text: string): Found[] {
  const found: Found[] = [];
  SCAN.find(text, ({ kind, confidence }, start, end) => found.push({ kind, start, end, confidence }));
  return disjoint([...found, ...keyBlocks(text)]);
}

/** From BEGIN to END, or to the next BEGIN: each marker is looked at once. */
function keyBlocks(text: string): Found[] {
  if (!text.includes("-----BEGIN ")) return [];
  const markers = [...text.matchAll(KEY_BLOCK)];
  return markers.flatMap((marker, index) => {
    if (marker[1] !== "BEGIN") return [];
    const next = markers[index + 1];
    const closed = next?.[1] === "END";
    KEY_BODY.lastIndex = marker.index + marker[0].length;
    const body = KEY_BODY.exec(text)?.[0].length ?? 0;
    const open = Math.min(marker.index + marker[0].length + body, next?.index ?? text.length);
    const end = closed ? next.index + next[0].length : open;
    return [{ kind: "private-key", start: marker.index, end, confidence: 1 }];
  });
}

/** Without what lies inside another finding: the surer one stays, then the longer one. */
export function disjoint(found: readonly Found[]): Found[] {
  if (found.length < 2) return [...found];
  const byPlace = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Found[] = [];
  for (const next of byPlace) {
    const last = kept.at(-1);
    if (last === undefined || next.start >= last.end) kept.push(next);
    else if (next.confidence > last.confidence) kept[kept.length - 1] = next;
  }
  return kept;
}

const PLACEHOLDER =
  /^(?:[<${[%]|x{4}|\*{3}|\.{3}|your|my[-_]|example|placeholder|redacted|null$|none$|undefined$|process\.env|os\.environ|env[.(]|https?:)|example$|x{6}|\*{4}/i;

/** What stands in documentation where a secret would. */
function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) && !/^(?:A[KS]IA)/.test(value);
}

/** A value that nobody takes for a word: letters with digits or signs among them. */
function isPassword(value: string): boolean {
  const bare = value.replace(/[.,;:!?)\]}]{1,4}$/, "");
  if (bare.length < 4 || isPlaceholder(bare) || NUMERIC.test(bare)) return false;
  if (/[0-9]/.test(bare) && /\p{L}/u.test(bare)) return !ORDINARY.test(bare);
  if (/^[0-9]{4,12}$/.test(bare)) return true;
  return /[!@#$%^&*+=?~|\\]/.test(bare.slice(0, -1)) && /\p{L}/u.test(bare) && bare.length >= 6;
}

/** Amounts, times and ordinals. */
const NUMERIC = /^[$€£]?[0-9]{1,3}(?:[.,:][0-9]{1,4}){1,4}%?$|^[$€£]/;
const ORDINARY =
  /^[0-9]{1,4}(?:st|nd|rd|th|am|pm|km|kg|mm|cm|m|s|h|x|k|chars?|characters)$|^[A-Z]{2,5}-?[0-9]{1,3}$/i;

/** One word on its own; it counts only where nothing else can be meant. */
function isPlainWord(value: string): boolean {
  const bare = value.replace(/[.,;:!?)]{1,3}$/, "");
  return /^[\p{L}\p{N}_-]{5,64}$/u.test(bare) && !COMMON.test(bare) && !isPlaceholder(bare);
}

const COMMON =
  /^(?:required|optional|string|integer|number|boolean|hidden|wrong|incorrect|invalid|correct|expired|blocked|secret|secure|strong|weak|stored|needed|unknown|missing|empty|changed|protected|reset|forgotten|there|never|always|still|being|about|something|everything|password|username|encrypted|hashed|true|false)$/i;

/** Letters and digits in no order: at least three bits a character. */
function isRandom(value: string): boolean {
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value) || isPlaceholder(value)) return false;
  if (
    /^[0-9.:/_-]{1,24}[a-zA-Z]{0,3}$/.test(value) ||
    /^[a-z]{2,20}(?:[-_.][a-z]{2,20}){0,8}[-_.]?v?[0-9]{1,4}$/i.test(value)
  )
    return false;
  return entropy(value) >= 3;
}

function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
