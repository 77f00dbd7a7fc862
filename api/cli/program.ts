import { Command } from "commander";
import { packageVersion } from "../packageVersion.js";
import { registerActivations } from "./commands/activations.js";
import { registerAdapters } from "./commands/adapters.js";
import { registerAdd } from "./commands/add.js";
import { registerAudit } from "./commands/audit.js";
import { registerBackup } from "./commands/backup.js";
import { registerBench } from "./commands/bench.js";
import { registerChat } from "./commands/chat.js";
import { registerConsolidate, registerReflect } from "./commands/consolidate.js";
import { registerDoctor } from "./commands/doctor.js";
import { registerEval } from "./commands/eval.js";
import { registerExport } from "./commands/export.js";
import { registerForget } from "./commands/forget.js";
import { registerGc } from "./commands/gc.js";
import { registerGet } from "./commands/get.js";
import { registerGrants } from "./commands/grants.js";
import { registerGraph } from "./commands/graph.js";
import { registerHistory } from "./commands/history.js";
import { registerImport } from "./commands/import.js";
import { registerIngest } from "./commands/ingest.js";
import { registerJobs, registerWebhooks } from "./commands/jobs.js";
import { registerKeys } from "./commands/keys.js";
import { registerLifecycle } from "./commands/lifecycle.js";
import { registerMcp } from "./commands/mcp.js";
import { registerMigrate } from "./commands/migrate.js";
import { registerModels } from "./commands/models.js";
import { registerPrincipals } from "./commands/principals.js";
import { registerPrompts } from "./commands/prompts.js";
import { registerQuota } from "./commands/quota.js";
import { registerRead } from "./commands/read.js";
import { registerRebuild } from "./commands/rebuild.js";
import { registerRecall } from "./commands/recall.js";
import { registerRestore } from "./commands/restore.js";
import { registerSearch } from "./commands/search.js";
import { registerServe } from "./commands/serve.js";
import { registerShare } from "./commands/share.js";
import { registerSkills } from "./commands/skills.js";
import { registerTime } from "./commands/time.js";
import { registerTraces, registerWhy } from "./commands/traces.js";
import { registerVault } from "./commands/vault.js";
import { registerWork } from "./commands/work.js";
import { registerWrite } from "./commands/write.js";
import { EMBEDDERS } from "./config.js";
import { withExample } from "./example.js";

const COMMANDS = [
  registerServe,
  registerWork,
  registerMcp,
  registerAdd,
  registerIngest,
  registerRecall,
  registerSearch,
  registerGet,
  registerHistory,
  registerWhy,
  registerTraces,
  registerRead,
  registerGraph,
  registerConsolidate,
  registerReflect,
  registerSkills,
  registerWrite,
  registerRestore,
  registerForget,
  registerLifecycle,
  registerTime,
  registerJobs,
  registerWebhooks,
  registerVault,
  registerChat,
  registerActivations,
  registerAdapters,
  registerKeys,
  registerPrincipals,
  registerGrants,
  registerShare,
  registerQuota,
  registerAudit,
  registerImport,
  registerExport,
  registerBackup,
  registerRebuild,
  registerGc,
  registerMigrate,
  registerModels,
  registerPrompts,
  registerDoctor,
  registerEval,
  registerBench,
];

/** The whole command line. What a command needs to do its work is imported when it runs. */
export function buildProgram(): Command {
  const program = new Command("memos")
    .description("A memory operating system for AI agents.")
    .version(packageVersion())
    .option("--store <path>", "folder of the store (default: MEMOS_STORE, or ./.memos)")
    .option("--json", "print exactly one JSON object")
    .option(
      "--embedder <name>",
      `${EMBEDDERS.join(", ")} (default: MEMOS_EMBEDDER, or static); openai reads MEMOS_EMBEDDER_URL, _MODEL, _DIMENSION and _KEY`,
    )
    .configureHelp({ showGlobalOptions: true })
    .option("--no-controller", "make no typed memories of what is said (or MEMOS_CONTROLLER=off)")
    // A failure is reported in one place and in one form, ours.
    .configureOutput({ outputError: () => {} })
    .exitOverride();
  withExample(
    program,
    'memos add "Ana lives in Lisbon." --user ana',
    'memos recall "where is Ana?" --user ana',
  );
  for (const register of COMMANDS) register(program);
  return program;
}
