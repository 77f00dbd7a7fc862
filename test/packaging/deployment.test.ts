import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { parse, parseAllDocuments } from "yaml";
import * as z from "zod";
import { environmentNames } from "../../api/cli/config.js";
import { buildProgram } from "../../api/cli/program.js";
import { packageVersion } from "../../api/packageVersion.js";
import { probes } from "../../api/probes.js";
import { temporaryFolder } from "../memos/support.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (name: string) => readFile(join(root, name), "utf8");
const chart = join(root, "deploy", "helm", "memos");
const templates = await Promise.all(
  (await readdir(join(chart, "templates"))).map((name) => read(`deploy/helm/memos/templates/${name}`)),
);

/** A program on the PATH. */
function programOf(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file));
}

/** What is wrong with arguments of the command line: a command that there is not, or an option that it has not. */
function wrongWith([name = "", ...args]: readonly string[]): string[] {
  const command = buildProgram().commands.find((one) => one.name() === name);
  if (command === undefined) return [name];
  const flags = command.options.map(({ long }) => long);
  return args.filter((arg) => arg.startsWith("--") && !flags.includes(arg));
}

const serviceSchema = z.looseObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
});

test("every service of compose.yaml that is ours runs a command that there is; only one starts unasked", async () => {
  const { services } = z
    .looseObject({ services: z.record(z.string(), serviceSchema) })
    .parse(parse(await read("compose.yaml"), { merge: true }));
  const ours = Object.values(services).filter(({ image }) => image.startsWith("memos:"));
  assert.equal(ours.length, 4);
  for (const { command } of ours) if (command !== undefined) assert.deepEqual(wrongWith(command), []);
  const unasked = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
  assert.deepEqual(
    unasked.map(([name]) => name),
    ["memos"],
  );
  assert.ok(wrongWith(["serve", "--nonsense"]).length > 0);
});

test("the chart is of this program, and names variables, probes and options that it has", async () => {
  const about = parse(await read("deploy/helm/memos/Chart.yaml")) as Record<string, unknown>;
  assert.equal(about["appVersion"], packageVersion());
  const text = templates.join("\n");
  const named = [...text.matchAll(/\bMEMOS_\w+/g)].map(([name]) => name);
  assert.ok(named.length > 3);
  for (const name of named) assert.ok(environmentNames().includes(name), name);
  const asked = [...text.matchAll(/path: (\/\w+)/g)].map(([, path]) => path);
  assert.equal(asked.length, 3);
  for (const path of asked)
    assert.ok(
      probes.some((probe) => probe.path === path),
      path,
    );
  const runs = [...text.matchAll(/args:\n((?: +(?:- .*|\{\{.*)\n)+)/g)].map(([, list = ""]) =>
    [...list.matchAll(/- "?([\w.-]+)"?\n/g)].map(([, arg = ""]) => arg),
  );
  assert.deepEqual(runs.map(([command]) => command).sort(), ["serve", "work"]);
  for (const args of runs) assert.deepEqual(wrongWith(args), []);
  for (const arg of (parse(await read("deploy/helm/memos/values.yaml")) as { api: { extraArgs: string[] } })
    .api.extraArgs)
    assert.deepEqual(wrongWith(["serve", arg]), []);
});

test("the values of the chart are as its schema says, and mistakes are seen", async () => {
  const schema = z.fromJSONSchema(JSON.parse(await read("deploy/helm/memos/values.schema.json")));
  type Values = { api: Record<string, unknown>; objects: Record<string, unknown>; [name: string]: unknown };
  const values = async (change: (values: Values) => void = () => undefined) => {
    const given = parse(await read("deploy/helm/memos/values.yaml")) as Values;
    change(given);
    return schema.safeParse(given).success;
  };
  assert.equal(await values(), true);
  const mistakes: ((values: Values) => void)[] = [
    (given) => {
      given.api["replicas"] = "two";
    },
    (given) => {
      given.api["replica"] = 2;
    },
    (given) => {
      given["legder"] = {};
    },
    (given) => {
      given.objects["url"] = "https://bucket";
    },
  ];
  for (const mistake of mistakes) assert.equal(await values(mistake), false, String(mistake));
});

const helm = process.env["MEMOS_HELM"] ?? programOf("helm");
const withoutHelm = helm === undefined && "no helm here: put it on the PATH, or name it in MEMOS_HELM";

const SHARED = [
  ...["--set", "ledger.existingSecret=memos-ledger", "--set", "objects.url=s3://memos/store"],
  ...["--set", "objects.existingSecret=memos-objects", "--set", "vault.existingSecret=memos-vault"],
  ...["--set", "ingress.enabled=true", "--set", "api.autoscaling.enabled=true"],
];

const containerSchema = z.looseObject({
  securityContext: z.looseObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.looseObject({ drop: z.tuple([z.literal("ALL")]) }),
  }),
  resources: z.looseObject({ limits: z.looseObject({ memory: z.string() }) }),
});
const podSchema = z.looseObject({
  automountServiceAccountToken: z.literal(false),
  securityContext: z.looseObject({ runAsNonRoot: z.literal(true) }),
  containers: z.array(containerSchema).length(1),
});

/** The kinds and names of what the chart makes, and the pods in it, checked. */
async function rendered(args: readonly string[]): Promise<string[]> {
  const { stdout } = await run(helm as string, ["template", "mine", chart, ...args]);
  const made = parseAllDocuments(stdout).map(
    (one) => one.toJS() as { kind: string; metadata: { name: string }; spec: Record<string, unknown> },
  );
  for (const { kind, spec } of made)
    if (kind === "Deployment") podSchema.parse((spec["template"] as { spec: unknown }).spec);
  return made.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
}

test("helm finds nothing to say against the chart, on one node and on many", {
  skip: withoutHelm,
}, async () => {
  await run(helm as string, ["lint", "--strict", chart]);
  await run(helm as string, ["lint", "--strict", chart, ...SHARED]);
  assert.deepEqual(await rendered([]), [
    "Deployment mine-memos-api",
    "PersistentVolumeClaim mine-memos",
    "Service mine-memos",
    "ServiceAccount mine-memos",
  ]);
  assert.deepEqual(await rendered(SHARED), [
    "Deployment mine-memos-api",
    "Deployment mine-memos-worker",
    "HorizontalPodAutoscaler mine-memos-api",
    "Ingress mine-memos",
    "PodDisruptionBudget mine-memos-api",
    "PodDisruptionBudget mine-memos-worker",
    "Service mine-memos",
    "ServiceAccount mine-memos",
  ]);
});

test("the chart refuses what would lose memories or never work", { skip: withoutHelm }, async () => {
  await assert.rejects(
    rendered(["--set", "api.autoscaling.enabled=true"]),
    /needs a ledger that nodes share/,
  );
  await assert.rejects(rendered(["--set", "ledger.existingSecret=x"]), /needs storage that they share/);
  await assert.rejects(rendered(["--set", "api.replicas=none"]), /replicas/);
});

const analyze = programOf("systemd-analyze");

test("the unit of systemd is valid, hardened, and runs a command that there is", {
  skip: analyze === undefined && "no systemd-analyze here",
}, async (t) => {
  const unit = await read("deploy/systemd/memos.service");
  const [, args = ""] = /^ExecStart=.*memos\.mjs (.*)$/m.exec(unit) ?? [];
  assert.deepEqual(wrongWith(args.split(" ")), []);
  for (const [name] of unit.matchAll(/\bMEMOS_\w+/g)) assert.ok(environmentNames().includes(name), name);
  const file = join(await temporaryFolder(t), "memos.service");
  await copyFile(join(root, "deploy", "systemd", "memos.service"), file);
  const { stderr } = await run(analyze as string, ["verify", "--man=no", file]);
  assert.equal(stderr, "");
  // Of 10; 9.6 is a unit that says nothing of it.
  await run(analyze as string, ["security", "--offline=true", "--threshold=20", "--no-pager", file]);
});
