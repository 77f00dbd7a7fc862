import type { Found } from "./scan.js";
import { disjoint } from "./secrets.js";

interface Shape {
  readonly kind: string;
  /** Global, with bounded repetitions, beginning where nothing of the kind stands before. */
  readonly pattern: RegExp;
  readonly confidence: number;
  readonly accept?: (match: RegExpExecArray) => boolean;
  readonly group?: number;
  /** What every text that has one contains; a run of digits unless said otherwise. */
  readonly sign?: RegExp;
}

const EMAIL: Shape = {
  kind: "email",
  sign: /@/,
  pattern:
    /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}][\p{L}\p{N}-]{0,62}\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  confidence: 0.95,
};

/** Everything of which digits are a part; only looked for in texts with enough of them. */
const NUMBERS: readonly Shape[] = [
  {
    kind: "iban",
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Za-z0-9])/g,
    confidence: 0.99,
    accept: ([whole]) => isIban(whole.replaceAll(" ", "")),
  },
  {
    kind: "credit-card",
    pattern: /(?<![\w.+-])[2-6][0-9]{3}([ -]?)[0-9]{4,6}\1[0-9]{4,5}(?:\1[0-9]{1,7})?(?![\w-]|\.[0-9])/g,
    confidence: 0.95,
    accept: ([whole]) => isCard(whole.replace(/[ -]/g, "")),
  },
  {
    kind: "us-ssn",
    pattern: /(?<![\w-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![\w-])/g,
    confidence: 0.8,
  },
  {
    kind: "fr-nir",
    pattern: /(?<![\w-])[12] ?[0-9]{2} ?[0-9]{2} ?[0-9][0-9AB] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}(?![\w-])/g,
    confidence: 0.95,
    accept: ([whole]) => isNir(whole.replaceAll(" ", "")),
  },
  {
    kind: "es-dni",
    pattern: /(?<![\w-])[XYZ0-9][0-9]{7}-?[A-HJ-NP-TV-Z](?![\w-])/g,
    confidence: 0.85,
    accept: ([whole]) => isDni(whole.replace("-", "")),
  },
  {
    kind: "br-cpf",
    pattern: /(?<![\w-])[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}(?![\w-])/g,
    confidence: 0.95,
    accept: ([whole]) => isCpf(whole.replace(/[.-]/g, "")),
  },
  {
    kind: "de-tax-id",
    pattern:
      /(?:steuer-?id|steueridentifikationsnummer|idnr|tax id)[^0-9\n]{0,24}([1-9][0-9]( ?)[0-9]{3}\2[0-9]{3}\2[0-9]{3})(?![\w-])/gi,
    confidence: 0.95,
    group: 1,
    accept: ([, value = ""]) => isGermanTaxId(value.replaceAll(" ", "")),
  },
  {
    kind: "uk-nino",
    pattern:
      /(?<![\w-])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D](?![\w-])/g,
    confidence: 0.8,
  },
  {
    kind: "phone",
    pattern: /(?<![\w+])(?:\+|00)[1-9][0-9]{0,13}(?:[ .()/-]{1,2}[0-9]{1,5}){0,6}(?![\w-])/g,
    confidence: 0.9,
    accept: ([whole]) => digitsIn(whole, 8, 15) && /^\+|[ .()/-]/.test(whole),
  },
  {
    kind: "phone",
    pattern:
      /(?<![\w.+-])(?:1[ .-])?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-. ])[2-9][0-9]{2}[-. ][0-9]{4}(?![\w-]|\.[0-9])/g,
    confidence: 0.8,
  },
  {
    kind: "phone",
    pattern:
      /(?<!\p{L})(?:phone|tel|telephone|mobile|cell|call|text|ring|whatsapp|fax|telefon|handy|móvil|téléphone)(?!\p{L})[^0-9\n]{0,24}?(\(?0[0-9]{1,12}\)?(?:[ /-][0-9]{2,8}){0,4})(?![\w-])/giu,
    confidence: 0.7,
    group: 1,
    accept: ([, value = ""]) => digitsIn(value, 8, 13),
  },
  {
    kind: "ip-address",
    pattern:
      /(?<!(?:version|release|v|build)[ .]?)(?<![\w.-])(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?![\w-]|\.[0-9])/gi,
    confidence: 0.7,
    sign: /[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]/,
    accept: ([whole]) => !/^(?:0|127|255)\.|^(?:[0-9]\.){3}[0-9]$/.test(whole),
  },
  {
    kind: "date-of-birth",
    sign: /birth|born on|d\.?o\.?b|geb(?:urtsd|oren)|de nac|naiss/i,
    pattern:
      /(?<![\p{L}])(?:date of birth|d\.?o\.?b\.?|i was born on|born on my|my birthday is(?: on)?|geburtsdatum|geboren am|fecha de nacimiento|date de naissance)[ \t:=]{1,4}((?:the )?(?:[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{1,4}|[0-9]{1,2}(?:st|nd|rd|th|\.)? (?:of )?\p{L}{3,10}(?:,? [0-9]{4})?|\p{L}{3,10} [0-9]{1,2}(?:st|nd|rd|th)?(?:,? [0-9]{4})?))/giu,
    confidence: 0.8,
    group: 1,
  },
  {
    kind: "street-address",
    sign: / (?:Street|St|Ave|Road|Rd|B(?:oule)?v|Lane|Ln|Dr|Court|Ct|Square|Terrace)/,
    pattern:
      /(?<![\w.,-])[0-9]{1,5}[A-Za-z]? (?:[A-Z][a-z]{1,20} ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Square|Terrace)(?![a-z])/g,
    confidence: 0.4,
  },
  {
    kind: "street-address",
    sign: /stra(?:ß|ss)e [0-9]|str\. [0-9]/,
    pattern: /(?<![\p{L}])\p{Lu}\p{Ll}{1,20}(?:straße|strasse|str\.) [0-9]{1,4}[a-z]?(?![\w-])/gu,
    confidence: 0.4,
  },
];

const IPV6: Shape = {
  kind: "ip-address",
  sign: /::|[0-9a-f]:[0-9a-f]{1,4}:[0-9a-f]{1,4}:/i,
  pattern: /(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4}){1,6}(?![\w:])/gi,
  confidence: 0.7,
  accept: ([whole]) => isIpv6(whole),
};

/** As many digits as the shortest number has. */
const DIGITS = /[0-9](?:[ .()/-]{0,2}[0-9]){6}/;

export const PERSONAL_SHAPES: readonly Shape[] = [EMAIL, ...NUMBERS, IPV6];

/**
 * Personal data in a text, in order of place: what has a checksum is checked, what has none counts only in a
 * telling shape or beside a telling word (as Presidio does). Names of people are not looked for.
 */
export function personalIn(text: string): Found[] {
  if (!ANY.test(text)) return [];
  const manyDigits = DIGITS.test(text);
  const shapes = PERSONAL_SHAPES.filter(({ sign }) => (sign === undefined ? manyDigits : sign.test(text)));
  return shapes.length === 0 ? [] : disjoint(shapes.flatMap((shape) => matchesOf(shape, text)));
}

/** Without one of these there is nothing. */
const ANY = /[0-9@]|::/;

function matchesOf({ kind, pattern, confidence, accept, group }: Shape, text: string): Found[] {
  const found: Found[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (accept?.(match) === false) continue;
    const part = group === undefined ? match[0] : (match[group] ?? match[0]);
    const start = match.index + match[0].lastIndexOf(part);
    found.push({ kind, start, end: start + part.length, confidence });
  }
  return found;
}

function digitsIn(text: string, least: number, most: number): boolean {
  const digits = text.replace(/[^0-9]/g, "").length;
  return digits >= least && digits <= most;
}

/** Luhn (ISO/IEC 7812-1) over a number of an issuer's length and first digits. */
function isCard(digits: string): boolean {
  if (
    !/^(?:4[0-9]{12}(?:[0-9]{3}){0,2}|5[1-5][0-9]{14}|2[2-7][0-9]{14}|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}|35[0-9]{14}|62[0-9]{14,17})$/.test(
      digits,
    )
  )
    return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && !/^([0-9])\1{1,18}$/.test(digits);
}

/** ISO 13616: the country and check digits moved to the end, letters as numbers, modulo 97 is 1. */
function isIban(iban: string): boolean {
  if (iban.length < 15 || iban.length > 34) return false;
  const moved = iban.slice(4) + iban.slice(0, 4);
  let remainder = 0;
  for (const character of moved) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** The number of the French social security: its last two digits are 97 less the rest modulo 97. */
function isNir(nir: string): boolean {
  const month = Number(nir.slice(3, 5));
  if (month < 1 || month > 12) return false;
  const number = BigInt(nir.slice(0, 13).replace("2A", "19").replace("2B", "18").replace(/[AB]/g, "0"));
  return 97n - (number % 97n) === BigInt(nir.slice(13));
}

const DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

function isDni(dni: string): boolean {
  const number = Number(dni.slice(0, 8).replace(/^[XYZ]/, (letter) => String("XYZ".indexOf(letter))));
  return DNI_LETTERS[number % 23] === dni[8];
}

function isCpf(cpf: string): boolean {
  const check = (length: number) => {
    let sum = 0;
    for (let at = 0; at < length; at++) sum += Number(cpf[at]) * (length + 1 - at);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === Number(cpf[9]) && check(10) === Number(cpf[10]) && !/^([0-9])\1{10}$/.test(cpf);
}

/** ISO 7064 MOD 11,10. */
function isGermanTaxId(id: string): boolean {
  let product = 10;
  for (const digit of id.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(id[10]);
}

function isIpv6(address: string): boolean {
  const groups = address.split(":");
  if (address.split("::").length > 2) return false;
  return address.includes("::") ? groups.length <= 8 && /[a-f]/i.test(address) : groups.length === 8;
}
