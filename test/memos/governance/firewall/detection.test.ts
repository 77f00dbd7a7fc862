import assert from "node:assert/strict";
import { test } from "node:test";
import { personalIn } from "../../../../memos/governance/firewall/personal.js";
import { secretsIn } from "../../../../memos/governance/firewall/secrets.js";
import { Firewall } from "../../../../memos/index.js";
import { draft } from "./draft.js";
import { INJECTIONS, INNOCENT, SECRETS } from "./samples.js";

const firewall = new Firewall();
const judged = (text: string) => firewall.inspect(draft(text, "document"), { tenant: "acme" });

test("secrets are found in what people and programs write", () => {
  const missed = SECRETS.filter((text) => secretsIn(text).length === 0);
  assert.deepEqual(missed, []);
});

test("orders to a model are kept for review, in many phrasings and languages", () => {
  const missed = INJECTIONS.filter((text) => judged(text).action !== "quarantine");
  assert.deepEqual(missed, []);
});

test("innocent sentences are left alone", () => {
  for (const text of INNOCENT) {
    const { action, findings } = judged(text);
    assert.equal(action, "admit", text);
    assert.deepEqual(findings, [], text);
  }
});

const PERSONAL: Record<string, readonly [valid: readonly string[], invalid: readonly string[]]> = {
  email: [
    ["ana.lopez+news@mail.example.org", "jörg@bücher.example"],
    ["ana@localhost", "a @b.com", "@handle"],
  ],
  "credit-card": [
    ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005"],
    ["4111 1111 1111 1112", "1234567812345678"],
  ],
  iban: [["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"], ["DE88 3704 0044 0532 0130 00"]],
  "us-ssn": [["536-22-1847"], ["000-12-3456", "666-12-3456", "912-34-5678", "536-00-1847"]],
  "fr-nir": [["2 55 08 14 168 025 38"], ["2 55 08 14 168 025 39"]],
  "es-dni": [["12345678Z", "X1234567L"], ["12345678A"]],
  "br-cpf": [["529.982.247-25"], ["529.982.247-24", "111.111.111-11"]],
  "de-tax-id": [["Steuer-ID: 86095742719"], ["Steuer-ID: 86095742710", "86095742719"]],
  phone: [
    ["+44 20 7946 0958", "(415) 555-2671", "call 030 1234567", "+14155552671"],
    ["2010-2015", "12 345"],
  ],
  "ip-address": [
    ["192.168.1.17", "2001:db8:85a3::8a2e:370:7334"],
    ["1.2.3.4", "256.1.1.1", "10:30:15"],
  ],
  "date-of-birth": [["I was born on 4 May 1990", "DOB: 1990-05-04"], ["He was born on the fourth floor"]],
};

for (const [kind, [valid, invalid]] of Object.entries(PERSONAL))
  test(`personal data of the kind ${kind} is told from what only looks like it`, () => {
    const has = (text: string) => personalIn(`Note: ${text} (end)`).some((found) => found.kind === kind);
    assert.deepEqual(
      valid.filter((text) => !has(text)),
      [],
    );
    assert.deepEqual(invalid.filter(has), []);
  });
