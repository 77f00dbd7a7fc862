#!/usr/bin/env node
// A checkout builds itself on first use; an installed package is already built.
import { existsSync } from "node:fs";

const entry = new URL("../dist/bundle/memos.js", import.meta.url);
if (!existsSync(entry)) await import("../scripts/setup.mjs");
await import(entry.href);
