import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { controller } from "../../../agents/index.js";
import { remember } from "../../../agents/intake/remember.js";
import type { MemOS } from "../../../memos/index.js";
import { openMemos } from "../../memos/support.js";

const KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const ANA = { tenant: "t", user: "ana" };

/** A secret, and how it is said; `#` is the secret. */
const SAID: readonly (readonly [string, string])[] = [
  ["Tulip-Fox-41!", "my password is #"],
  ["q8Zt!lake22", "The wifi password at the cabin is #, network lake"],
  ["hunter2Hunter", "Login: ana / password: #"],
  ["s3cr3t-Winter", "PASSWORD=#"],
  ["pg!Tango99x", 'DB_PASSWORD="#"'],
  ["Zürich!7788x", "Mein Passwort lautet #"],
  ["naranja77Sol", "Mi contraseña es #"],
  ["Fromage!4412", "mot de passe : #"],
  ["abobora-9981", "a senha do cofre é #"],
  ["Kaplan!!3321", "wifi şifresi: parola #"],
  ["447138", "The pin for my card is #"],
  ["99-17-42", "The combination of the padlock on my bike is #"],
  ["#2580*", "gate code at my parents' place: #"],
  ["7734B", "Alarm code for the office is #, thirty seconds to enter it"],
  ["sk_live_9aZq7Zk2mN4pR8sT1vW3", "use # for the payments"],
  ["ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "here is the token: #"],
  ["AKIAIOSFODNN7EXAMPL3", "our aws key is #"],
  ["xoxb-123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx", "slack: #"],
  ["AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "maps key #"],
  ["npm_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8", "publish with #"],
  ["Qw3rty!x", "connect to postgres://app:#@db.internal:5432/main"],
  ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P", "bearer: #"],
  ["correct horse battery", 'my passphrase for the laptop is "#"'],
  ["swordfish88", "the admin login is root with password #"],
  ["Blue-Kettle-3", "new router key: #"],
  ["0000 7781", "my phone's PUK is #, please keep it"],
  ["rhubarb tart", 'the pickup word for the nursery is "#", they ask for it at the door'],
  ["31-08-90", "safe in the bedroom: #"],
  ["8812#", "Airbnb door code # until Sunday"],
  ["X12345678", "My passport number is #, you'll need it for the flights"],
  ["123-45-6789", "my social security number is #"],
  ["DE89 3704 0044 0532 0130 00", "pay to my IBAN #"],
  ["4242 4242 4242 4242", "my credit card number is #, cvv 123"],
  ["GreenWhite+16", "supplier account: user kit, pw #"],
  ["moraine!5pudding", "uni VPN: gl77anon / #"],
  ["Snow-Goose-4", "The laptop password's #"],
  ["k9-Tango-Delta", "To get into the server room you say the password # to the guard"],
  ["77aa00bb18cc99dd", "API_KEY=#"],
  ["ss.77aa00bb18cc99", "client_secret: #"],
  ["otp-882144", "my backup code for two-factor is #"],
  ["2fa-rescue-7719", "recovery code: #"],
  ["Fjord#Ferry#9", 'kv get admin => user=root pass="#"'],
  ["lavender55Lake", "пароль: #"],
  ["mountain2024Go", "密码是#"],
  ["sakura-9931-x", "パスワードは # です"],
  ["B14-7-7", "voici le code de la boîte à clés : #"],
  ["Udder-12-No", "The tank's telemetry wants a login: farm, and the password's #"],
  ["991247", "clubhouse keypad # by the kitchen, then the alarm"],
  ["heather and whin", 'the passphrase for the auction line is "#"'],
  ["kittiwake.3.tax", "data room login is counsel, password #"],
];

/** Every place where what was remembered could be: files, memories, traces, contexts, exports. */
async function everything(memos: MemOS, path: string): Promise<string> {
  const parts: string[] = [];
  for await (const cube of memos.export(ANA)) parts.push(JSON.stringify(cube));
  parts.push(JSON.stringify(await memos.traces.list(ANA, { limit: 1_000 })));
  parts.push((await memos.recall("password code key number secret", ANA, { budget: 20_000 })).text);
  parts.push(
    JSON.stringify((await memos.search("What is the password?", ANA, { k: 100, explain: true })).hits),
  );
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) parts.push((await readFile(join(entry.parentPath, entry.name))).toString("latin1"));
  return parts.join("\n");
}

const latin1 = (text: string) => Buffer.from(text).toString("latin1");

test("a secret in 50 phrasings is in the vault, and nowhere else", async (context) => {
  assert.equal(SAID.length, 50);
  const { memos, path } = await openMemos(context, { vault: { key: KEY }, reader: controller() });
  const missed: string[] = [];
  for (const [secret, phrase] of SAID) {
    const receipt = await remember(
      memos,
      [{ role: "user", content: phrase.replace("#", () => secret) }],
      ANA,
    );
    if (receipt.sealed === 0) missed.push(phrase);
  }
  await memos.settled({ hurry: true });
  assert.deepEqual(missed, []);
  const all = await everything(memos, path);
  assert.deepEqual(
    SAID.filter(([secret]) => all.includes(secret) || all.includes(latin1(secret))),
    [],
  );
  const { cubes } = await memos.list(ANA, { types: ["vault"], limit: 100, order: "oldest" });
  const values = await Promise.all(cubes.map(({ id }) => memos.vault.reveal(id, ANA, { reason: "test" })));
  for (const [secret] of SAID)
    assert.ok(
      values.some(({ value }) => value.includes(secret)),
      secret,
    );
});

test("without a key of the vault a secret is kept nowhere, and the receipt says so", async (context) => {
  const { memos, path } = await openMemos(context, { reader: controller() });
  const receipt = await remember(memos, [{ role: "user", content: "my password is Tulip-Fox-41!" }], ANA);
  assert.equal(receipt.leftOut, 1);
  assert.ok(receipt.warnings.some(({ code }) => code === "SECRET_LEFT_OUT"));
  await memos.settled({ hurry: true });
  assert.ok(!(await everything(memos, path)).includes("Tulip-Fox-41!"));
  const { cubes } = await memos.list(ANA);
  assert.match(JSON.stringify(cubes[0]?.payload), /left out, the vault has no key/);
});

test("a message without a secret is remembered word for word", async (context) => {
  const { memos } = await openMemos(context, { vault: { key: KEY }, reader: controller() });
  const said = [
    "How do I reset my password?",
    "I live in Lisbon.",
    "We met at 4471 Main Street.",
    "Which password manager do you use?",
  ];
  const receipt = await remember(
    memos,
    said.map((content) => ({ role: "user", content })),
    ANA,
  );
  assert.equal(receipt.sealed, 0);
  const { cubes } = await memos.list(ANA, { types: ["episodic"], order: "oldest" });
  assert.deepEqual(
    cubes.map(({ payload }) => payload.kind === "plaintext" && payload.text),
    said,
  );
});
