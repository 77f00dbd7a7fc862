import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetWishIn, meantBy } from "../../../agents/controller/rules/forgetWish.js";
import { referenceIn } from "../../../agents/controller/rules/reference.js";
import { stepsIn } from "../../../agents/controller/rules/steps.js";
import { textOf } from "../../../memcube/index.js";
import { withGrant } from "../../memos/governance/support.js";
import { ANA, controlled, textsOf } from "./support.js";

const derived = { wait: "derived" } as const;

test("a wish to forget is understood in twelve languages", () => {
  for (const text of [
    "Forget that I live in Lisbon.",
    "Please forget my old phone number",
    "ok. Now forget what I told you about Tom.",
    "Vergiss bitte, dass ich in Berlin wohne.",
    "Por favor, olvida mi número antiguo.",
    "Oublie mon ancienne adresse.",
    "Dimentica il mio vecchio indirizzo.",
    "Esquece o meu endereço antigo.",
    "Vergeet mijn oude adres.",
    "Zapomnij mój stary adres.",
    "Забудь мой старый адрес.",
    "Lütfen eski adresimi unut.",
    "请忘记我的旧地址。",
    "古い住所を忘れて。",
    "古い住所を忘れてください",
    "예전 주소를 잊어 줘.",
    "I said a lot. So please forget my old address",
  ])
    assert.ok(forgetWishIn(text), text);
});

test("what is forgotten, or must not be, is no wish", () => {
  for (const text of [
    "Don't forget that I live in Lisbon.",
    "I forgot my keys.",
    "Never forget the milk!",
    "Forget it.",
    "She won't forget us.",
    "Vergiss nicht",
    "I always forget names.",
    "Unforgettable!",
    "The forget-me-nots bloom.",
    "I just forget names.",
    "Please don't just forget the milk.",
    "Vergiss bitte nicht den Termin am Montag.",
    "Vergiss meinen Geburtstag nicht!",
    "Vergeet niet dat ik allergisch ben voor noten.",
    "Oublie pas le rendez-vous.",
    "忘记带伞了。",
    "傘を忘れてた。",
    "傘を忘れて困った。",
    "이름을 잊어버렸어.",
    "이름을 잊어버리지 마.",
  ])
    assert.equal(forgetWishIn(text), undefined, text);
});

test("a text made to be slow to read costs no more than one of its length may", () => {
  const slow = [", ", "forget, ", ". a", " ", "\u3000", "傘を", "이름을 ", "a/", "1.", "that, "];
  for (const part of slow) {
    const text = `,${part.repeat(1_000_000 / part.length)}x`;
    forgetWishIn(`forget${text}`);
    forgetWishIn(text);
    meantBy(forgetWishIn(`forget ${text}`) ?? "");
    stepsIn(text.slice(0, 20_000));
    referenceIn(text.slice(0, 20_000));
  }
});

test("without a model, memories that have all the words of what is meant are forgotten", async (context) => {
  const memos = await controlled(context);
  await memos.add(["I live in Lisbon.", "Tom lives in Porto.", "My phone plan has 5 GB."], ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Lisbon."]);
  const { written } = await memos.add("Please forget that I live in Lisbon.", ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), []);
  assert.deepEqual(await textsOf(memos, "semantic"), ["Tom lives in Porto."]);
  assert.deepEqual(await textsOf(memos, "episodic"), [
    "My phone plan has 5 GB.",
    "Please forget that I live in Lisbon.",
  ]);
  const { traces } = await memos.traces.list(ANA, { cube: written[0]?.id ?? "" });
  assert.deepEqual(
    traces[0]?.made.map(({ operation }) => operation),
    ["forget", "forget"],
  );
});

test("everything is forgotten by hand alone", async (context) => {
  const memos = await controlled(context);
  await memos.add("I live in Lisbon.", ANA, derived);
  const { written } = await memos.add("Forget everything.", ANA, derived);
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Lisbon."]);
  const { traces } = await memos.traces.list(ANA, { cube: written[0]?.id ?? "" });
  assert.match(traces[0]?.refused[0]?.reason ?? "", /by hand alone/);
});

test("a tool, a document and an assistant have nothing forgotten, and no user has that of another", async (context) => {
  const memos = await controlled(context);
  const tom = { tenant: ANA.tenant, user: "tom" };
  await memos.add("I live in Lisbon.", ANA, derived);
  for (const origin of ["tool", "document", "assistant"] as const)
    await memos.add({ text: "Forget that I live in Lisbon.", origin, type: "episodic" }, ANA, derived);
  await memos.add("Forget that I live in Lisbon.", tom, derived);
  await memos.add("Forget that I live in Lisbon.", { tenant: ANA.tenant }, derived);
  assert.deepEqual(await textsOf(memos, "core"), ["I live in Lisbon."]);
});

test("who may write and not forget has nothing forgotten by a message", async (context) => {
  const memos = await controlled(context);
  const space = { tenant: ANA.tenant, app: "crew" };
  const said = { governance: { visibility: "shared" } } as const;
  await memos.add({ text: "The launch is on Friday.", type: "semantic", ...said }, space);
  await memos.add({ text: "The launch is on Friday, says Ana.", type: "semantic" }, space);
  const write = { space, actions: ["read", "write"] } as const;
  const { view: writer } = await withGrant(
    memos,
    { tenant: ANA.tenant, kind: "agent", id: "writer" },
    { ...write, actions: [...write.actions] },
  );
  const { written } = await writer.add({ text: "Forget the launch on Friday.", ...said }, space, derived);
  assert.equal((await memos.list(space)).cubes.length, 3);
  const { traces } = await memos.traces.list(space, { cube: written[0]?.id ?? "" });
  assert.match(traces[0]?.refused[0]?.reason ?? "", /may not do this/);
  const { view: keeper } = await withGrant(
    memos,
    { tenant: ANA.tenant, kind: "agent", id: "keeper" },
    { space, actions: ["read", "write", "forget"] },
  );
  await keeper.add({ text: "Forget the launch on Friday.", ...said }, space, derived);
  const left = (await memos.list(space, { types: ["semantic"] })).cubes.map(textOf);
  assert.deepEqual(left, ["The launch is on Friday, says Ana."], "what is private is not theirs to forget");
});
