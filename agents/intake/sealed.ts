import { personalIn } from "../../memos/governance/firewall/personal.js";
import type { Found } from "../../memos/governance/firewall/scan.js";
import { secretsIn } from "../../memos/governance/firewall/secrets.js";

/** What is taken out of a text: its place, and what kind of thing it is. */
export interface Taken {
  readonly kind: string;
  readonly value: string;
}

export interface Sealed {
  /** With a mark in the place of each value. */
  readonly text: string;
  readonly taken: readonly Taken[];
}

/** Words that say what kind of secret a text is about; a caption is made of these alone. */
const KINDS =
  /\b(?:wi-?fi|wlan|network|router|vpn|ssh|server|database|api|access|secret|admin|e-?mail|mail|bank|card|credit|debit|account|iban|passport|licen[cs]e|insurance|social security|tax|phone|mobile|door|gate|garage|alarm|safe|locker|padlock|bike|house|office|hut|school|nursery|laptop|sim|puk|pin|cvv|otp|code|key|keys|token|password|passphrase|passcode|passwort|kennwort|contraseña|mot de passe|senha|parola|wachtwoord|hasło|пароль|login|user|username|pass ?word|number|id)\b|密码|密碼|パスワード|비밀번호|كلمة السر|كلمة سر|पासवर्ड/giu;

/** Personal numbers that are nobody else's business; addresses and dates are what memory is for. */
const NUMBERS = new Set([
  "iban",
  "credit-card",
  "us-ssn",
  "fr-nir",
  "es-dni",
  "br-cpf",
  "de-tax-id",
  "uk-nino",
]);

/** Pass phrases of several words, which stand in quotation marks, and codes of locks after a colon. */
const PHRASES: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    "pass-phrase",
    /\b(?:pass ?(?:word|phrase|code)|code ?word|pickup word|safe ?word)\b[^.!?\n"“„]{0,60}["“„]([^"”“\n]{3,64})["”“]/giu,
  ],
  [
    "code",
    /\b(?:safe|locker|padlock|keypad|gate|door|alarm|combination|lock)\b[^.!?\n:]{0,40}:\s*([\d#*][\d\s#*-]{2,20}[\d#*])/giu,
  ],
];

/** Kinds that one caption names. */
const NAMED_KINDS = 6;

/** A text without the secrets that rules find in it, and what they were. */
export function withoutSecrets(text: string): Sealed {
  const numbers = personalIn(text).filter(({ kind }) => NUMBERS.has(kind));
  const spans = united([...secretsIn(text), ...numbers, ...phrasesIn(text)]);
  let left = "";
  let at = 0;
  const taken: Taken[] = [];
  for (const { kind, start, end } of spans) {
    left += `${text.slice(at, start)}${markOf(kind)}`;
    taken.push({ kind, value: text.slice(start, end) });
    at = end;
  }
  return { text: left + text.slice(at), taken };
}

/** A text that is a secret as a whole: which part of it is the value nobody can tell. */
export function wholeSecret(text: string): Sealed {
  return { text: `[${captionOf(text)}${MARK}`, taken: [{ kind: "message", value: text }] };
}

/** What a secret is for, in words that hold nothing of it. */
export function captionOf(text: string): string {
  const kinds = [...new Set((text.match(KINDS) ?? []).map((word) => word.toLowerCase()))].slice(
    0,
    NAMED_KINDS,
  );
  return kinds.length === 0 ? "a secret" : `a secret: ${kinds.join(", ")}`;
}

/** What stands in the place of a value ends so. */
export const MARK = ": kept in the vault]";

/** The same where the vault has no key. */
export const MARK_WITHOUT_KEY = ": left out, the vault has no key]";

function markOf(kind: string): string {
  return `[${kind.replaceAll("-", " ")}${MARK}`;
}

function phrasesIn(text: string): Found[] {
  return PHRASES.flatMap(([kind, pattern]) =>
    Array.from(text.matchAll(pattern), (match) => {
      const start = text.indexOf(match[1] as string, match.index);
      return { kind, start, end: start + (match[1] as string).length, confidence: 1 };
    }),
  );
}

/** In order and without overlaps: what is found twice is taken once, whole. */
function united(found: readonly Found[]): Found[] {
  const spans: Found[] = [];
  for (const one of found.toSorted((a, b) => a.start - b.start)) {
    const last = spans.at(-1);
    if (last === undefined || one.start >= last.end) spans.push(one);
    else spans[spans.length - 1] = { ...last, end: Math.max(last.end, one.end) };
  }
  return spans;
}
