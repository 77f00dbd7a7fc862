import * as z from "zod";
import { parse } from "../../parse.js";

/** Where knowledge lives: as text in every prompt, as a KV cache on disk, or as an adapter in the weights. */
export const tierSchema = z.enum(["plaintext", "activation", "parametric"]).meta({ id: "Tier" });

const amount = z.number().nonnegative();

/** A set of plaintext cubes that could be compiled as one, and what is known of it. */
export const blockSchema = z
  .strictObject({
    id: z.string().min(1).max(256),
    tokens: z.int().positive(),
    /** Of its compiled state. */
    bytes: z.int().positive(),
    usesPerDay: amount,
    /** Versions of its cubes in a week: each makes what was compiled worthless. */
    changesPerWeek: amount,
    tier: tierSchema,
  })
  .meta({ id: "PlacementBlock" });

export const placementSettingsSchema = z
  .strictObject({
    /** Measured: milliseconds of prefill for a token, and of restoring a megabyte of state. */
    prefillMsPerToken: amount.default(6),
    restoreMsPerMegabyte: amount.default(1.5),
    /** Milliseconds of training for a token of an adapter. */
    trainMsPerToken: amount.default(400),
    diskBytes: amount.default(8 * 2 ** 30),
    /** Milliseconds of compiling that one plan may ask for. */
    compileMs: amount.default(60_000),
    /** A newcomer must be worth so many times what it drives out, so that nothing goes back and forth. */
    margin: z.number().min(1).max(100).default(1.25),
    /** What is placed stays while it is worth so much of what would have it placed. */
    keepShare: z.number().min(0).max(1).default(0.5),
    /** Compiling must pay for itself within so many days. */
    payBackDays: z.number().positive().default(7),
    /** Adapters are for what is used so often and changes so seldom. */
    adapterUsesPerDay: amount.default(200),
    adapterChangesPerWeek: amount.default(0.1),
    activation: z.boolean().default(true),
    /** Proposes adapters, and detaches those that are hardly used any more. */
    parametric: z.boolean().default(false),
    /** Decisions wait until somebody has approved them. */
    needsApproval: z.boolean().default(false),
  })
  .meta({ id: "PlacementSettings" });

export const placementDecisionSchema = z
  .strictObject({
    block: z.string(),
    action: z.enum(["compile", "train", "demote"]),
    from: tierSchema,
    to: tierSchema,
    why: z.array(z.string()).min(1),
    /** Milliseconds of waiting that it saves in a day; what a demotion gives up is negative. */
    gainMsPerDay: z.number(),
    costMs: amount,
    bytes: z.int(),
    state: z.enum(["proposed", "approved", "dismissed", "done", "failed"]),
  })
  .meta({ id: "PlacementDecision" });

export type Tier = z.infer<typeof tierSchema>;
export type Block = z.infer<typeof blockSchema>;
export type PlacementSettings = z.output<typeof placementSettingsSchema>;
export type PlacementDecision = z.infer<typeof placementDecisionSchema>;

/** What having a block compiled is worth. */
export interface Worth {
  readonly savedMsPerUse: number;
  readonly compileMs: number;
  /** Saved by uses, less what is spent on compiling again after changes. */
  readonly gainMsPerDay: number;
  /** By this, blocks compete for the same bytes. */
  readonly gainPerMegabyte: number;
}

const MEGABYTE = 2 ** 20;
const DAYS_OF_WEEK = 7;

/**
 * Decides where blocks of memory should live: by what they save, for what they cost, in the space there is. The
 * arithmetic is that of a knapsack filled by density, with hysteresis; MemOS (arXiv 2507.03724, MemScheduler)
 * names the promotion and gives no rule for it.
 */
export class PlacementPolicy {
  readonly settings: PlacementSettings;

  /** @throws MemosError INVALID_INPUT. */
  constructor(settings: z.input<typeof placementSettingsSchema> = {}) {
    this.settings = parse(placementSettingsSchema, settings);
  }

  worth({ tokens, bytes, usesPerDay, changesPerWeek }: Omit<Block, "id" | "tier">): Worth {
    const { prefillMsPerToken, restoreMsPerMegabyte } = this.settings;
    const compileMs = tokens * prefillMsPerToken;
    const savedMsPerUse = compileMs - (bytes / MEGABYTE) * restoreMsPerMegabyte;
    const gainMsPerDay = usesPerDay * savedMsPerUse - (changesPerWeek / DAYS_OF_WEEK) * compileMs;
    return { savedMsPerUse, compileMs, gainMsPerDay, gainPerMegabyte: gainMsPerDay / (bytes / MEGABYTE) };
  }

  /** Whether a newcomer may drive out what is placed: it must be worth clearly more, for the same bytes. */
  replaces(newcomer: Worth, victim: Worth): boolean {
    return newcomer.gainPerMegabyte > this.settings.margin * Math.max(0, victim.gainPerMegabyte);
  }

  /** Whether compiling pays at all. */
  pays({ gainMsPerDay, compileMs }: Worth): boolean {
    return gainMsPerDay > 0 && gainMsPerDay * this.settings.payBackDays >= compileMs;
  }

  /**
   * What should change, the most worthwhile first. Deterministic; what is not named stays where it is.
   *
   * @throws MemosError INVALID_INPUT for a block that is not well-formed.
   */
  plan(blocks: readonly Block[]): PlacementDecision[] {
    const { settings } = this;
    const known = blocks.map((block) => {
      const valid = parse(blockSchema, block);
      return { block: valid, worth: this.worth(valid) };
    });
    const decisions: PlacementDecision[] = [];
    const state = settings.needsApproval ? "proposed" : "approved";
    const decide = (
      { block, worth }: (typeof known)[number],
      action: PlacementDecision["action"],
      to: Tier,
      why: string[],
      costMs: number,
      as: PlacementDecision["state"] = state,
    ) =>
      decisions.push({
        block: block.id,
        action,
        from: block.tier,
        to,
        why,
        gainMsPerDay: action === "demote" ? -worth.gainMsPerDay : worth.gainMsPerDay,
        costMs,
        bytes: action === "demote" ? -block.bytes : block.bytes,
        state: as,
      });
    const byDensity = (a: (typeof known)[number], b: (typeof known)[number]) =>
      b.worth.gainPerMegabyte - a.worth.gainPerMegabyte || (a.block.id < b.block.id ? -1 : 1);
    const placed = known.filter(({ block }) => block.tier === "activation").sort(byDensity);
    const kept = placed.filter((one) => {
      const cold = one.worth.gainMsPerDay * settings.payBackDays < settings.keepShare * one.worth.compileMs;
      if (!cold && settings.activation) return true;
      const reason = settings.activation
        ? `It is used ${spelled(one.block.usesPerDay)} times a day.`
        : "Compiled memory is switched off.";
      decide(one, "demote", "plaintext", [reason], 0);
      return false;
    });
    let used = kept.reduce((sum, { block }) => sum + block.bytes, 0);
    while (used > settings.diskBytes && kept.length > 0) {
      const last = kept.pop() as (typeof known)[number];
      used -= last.block.bytes;
      decide(
        last,
        "demote",
        "plaintext",
        ["The space for compiled memory is smaller than what is in it."],
        0,
      );
    }
    for (const one of known.filter(({ block }) => block.tier === "parametric").sort(byDensity)) {
      const { usesPerDay, changesPerWeek } = one.block;
      const least = settings.keepShare * settings.adapterUsesPerDay;
      if (!settings.parametric || (usesPerDay >= least && changesPerWeek <= settings.adapterChangesPerWeek))
        continue;
      const why = `It is used ${spelled(usesPerDay)} times a day and changes ${spelled(changesPerWeek)} times a week.`;
      decide(one, "demote", "plaintext", [why], 0);
    }
    let compileMs = settings.compileMs;
    for (const one of known.filter(({ block }) => block.tier === "plaintext").sort(byDensity)) {
      const { block, worth } = one;
      const { usesPerDay, changesPerWeek } = block;
      const why = [
        `It is used ${spelled(usesPerDay)} times a day and changes ${spelled(changesPerWeek)} times a week.`,
        `Each use saves ${spelled(worth.savedMsPerUse)} ms of prefill.`,
      ];
      const settled =
        usesPerDay >= settings.adapterUsesPerDay && changesPerWeek <= settings.adapterChangesPerWeek;
      if (settings.parametric && settled) {
        decide(
          one,
          "train",
          "parametric",
          [...why, "It is used so much and changes so little that it may cost no tokens at all."],
          block.tokens * settings.trainMsPerToken,
          // Whether an adapter has learned it shows in its gates alone: until somebody wants it, it is compiled.
          "proposed",
        );
      }
      if (
        !settings.activation ||
        !this.pays(worth) ||
        worth.compileMs > compileMs ||
        block.bytes > settings.diskBytes
      )
        continue;
      const victims: (typeof known)[number][] = [];
      let free = settings.diskBytes - used;
      for (let at = kept.length - 1; at >= 0 && free < block.bytes; at--) {
        const victim = kept[at] as (typeof known)[number];
        if (!this.replaces(worth, victim.worth)) break;
        victims.push(victim);
        free += victim.block.bytes;
      }
      if (free < block.bytes) continue;
      for (const victim of victims) {
        kept.pop();
        used -= victim.block.bytes;
        decide(victim, "demote", "plaintext", [`${block.id} saves more in the same space.`], 0);
      }
      used += block.bytes;
      compileMs -= worth.compileMs;
      decide(one, "compile", "activation", why, worth.compileMs);
    }
    return decisions;
  }
}

function spelled(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
}

const STEPS = {
  approve: { from: ["proposed"], to: "approved" },
  dismiss: { from: ["proposed", "approved"], to: "dismissed" },
  finish: { from: ["approved"], to: "done" },
  fail: { from: ["approved"], to: "failed" },
} as const;

/** The next state of a decision; the same when the step is not for its state. */
export function decided(decision: PlacementDecision, step: keyof typeof STEPS): PlacementDecision {
  const { from, to } = STEPS[step];
  return (from as readonly string[]).includes(decision.state) ? { ...decision, state: to } : decision;
}
