// The compiled output is what is checked: its imports are the ones that run.
const house = ["memcube", "graph", "memos", "agents", "api"];

const downwardOnly = house.map((folder, level) => ({
  name: `${folder}-imports-only-below`,
  comment: "memcube <- graph <- memos <- agents <- api: imports run one way (docs/design.md, The house).",
  severity: "error",
  from: { path: `^dist/${folder}/` },
  to: { path: `^dist/(${[...house.slice(level + 1), "eval", "bench", "test"].join("|")})/` },
}));

/** An entry for a framework, and the packages that only it may import. */
const frameworks = {
  langchain: "@langchain",
  "openai-agents": "@openai",
  "ai-sdk": "(ai|@ai-sdk)",
  anthropic: "@anthropic-ai",
};

const ownFrameworkOnly = Object.entries(frameworks).map(([folder, packages]) => ({
  name: `only-${folder}-imports-its-framework`,
  comment: "Who uses one framework installs no other, and who uses none installs none.",
  severity: "error",
  from: {
    path: "^dist/",
    pathNot: `^dist/(agents/frameworks/${folder}|test/agents/frameworks|test/clients)/`,
  },
  to: { path: `node_modules/${packages}/` },
}));

module.exports = {
  forbidden: [
    ...downwardOnly.filter((rule) => rule.name !== "api-imports-only-below"),
    ...ownFrameworkOnly,
    {
      name: "api-does-not-import-tests",
      comment: "The command line is in api and starts eval and bench; nothing shipped imports a test.",
      severity: "error",
      from: { path: "^dist/(api|eval|bench)/" },
      to: { path: "^dist/test/" },
    },
    {
      name: "client-runs-anywhere",
      comment: "The client goes into browsers and workers: nothing of the server, of Node or of a package.",
      severity: "error",
      from: { path: "^dist/api/client/" },
      to: { pathNot: "^dist/api/client/" },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "sdk-stays-small",
      comment: "Importing the SDK pulls in neither the web server nor the command line.",
      severity: "error",
      from: { path: "^dist/(memcube|graph|memos)/" },
      to: { path: "node_modules/(express|commander|zod-openapi)" },
    },
    {
      name: "engine-stays-in-its-process",
      comment: "Native code that fails ends its process: only the engine's own loads llama.cpp.",
      severity: "error",
      from: {
        pathNot:
          "^dist/(memos/inference/local/binding|bench/activation/rawProcess|bench/parametric/logitsProcess)[.]js$",
      },
      to: { path: "node_modules/node-llama-cpp" },
    },
    {
      name: "engine-is-started-not-imported",
      severity: "error",
      from: { path: "^dist/", pathNot: "^dist/(test/)?memos/inference/local/" },
      to: { path: "^dist/memos/inference/local/(binding|child|probe)[.]js$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // What was bundled is no source of ours any more.
    exclude: { path: "\\.d\\.ts$|^dist/(viewer|bundle)/" },
    combinedDependencies: true,
  },
};
