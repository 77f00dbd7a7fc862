/** Every number of the graph channel in one place: one set for all data. */
export interface GraphParameters {
  /** The best cubes of the direct search, from which the walk starts. */
  readonly seeds: number;
  /** The chance that a walk goes on from a cube through an entity to another cube. */
  readonly damping: number;
  /** How far a part of a name stands back behind a name. */
  readonly part: number;
  /** From a cube to what it is about, against what it names. */
  readonly about: number;
  /** From a cube to an entity in a sentence that answers nothing of the question, and what answering all of it adds. */
  readonly unasked: number;
  readonly asked: number;
  /** Power of an entity's specificity. */
  readonly specificity: number;
  /** From an entity to a cube that is about it, against one that names it. */
  readonly home: number;
  /** From an entity to a cube that holds nothing of the question, and what holding all of it adds. */
  readonly apart: number;
  readonly close: number;
  /** Weight of a link between two cubes. */
  readonly link: number;
  /** Entities named by more cubes than this lead only to cubes that the direct search found. */
  readonly common: number;
  /** Weight of ending the walk at an entity against going on: where all ways on are weak, little goes on. */
  readonly endAtEntity: number;
  readonly iterations: number;
}

export const GRAPH: GraphParameters = {
  seeds: 8,
  damping: 0.6,
  part: 0.4,
  about: 0.3,
  unasked: 0.2,
  asked: 5,
  specificity: 1,
  home: 24,
  apart: 0.25,
  close: 1,
  link: 1,
  common: 30,
  endAtEntity: 0.3,
  iterations: 6,
};

/** How much each piece of direct evidence counts, in log-odds of being wanted. */
export interface DirectWeights {
  readonly bias: number;
  /** Text score against the best of all candidates. */
  readonly text: number;
  /** Fused score of the direct search against the best. */
  readonly direct: number;
  /** 1 / rank in the direct search. */
  readonly rank: number;
  /** The question names the title; the title's share of the question; 1 / cubes of that title. */
  readonly titled: number;
  readonly titleShare: number;
  readonly titleOnly: number;
  /** Cosine similarity to the question. */
  readonly similarity: number;
  /** 1 / (rank by similarity + 1). */
  readonly near: number;
}

/** The same with what the walk brought. */
export interface FusedWeights extends DirectWeights {
  /** Logarithm of the walk's score, from 0 (not reached) to 1. */
  readonly walkLog: number;
  /** Square root of what the walk brought, without the restart. */
  readonly walk: number;
  /** 1 / (rank by what the walk brought + 1). */
  readonly walkRank: number;
  /** What the walk brought, for a cube that also matches the words of the question. */
  readonly walkText: number;
  /** Square root of what the walk brought through an entity that the cube is about. */
  readonly home: number;
  readonly homeText: number;
  /** Share of the question that it holds together with a cube of the same name, and what it adds to that one. */
  readonly joint: number;
  readonly bridge: number;
}

/** The best cubes, among which pairs are looked for that hold the question together. */
export const PAIRED_AMONG = 12;

/**
 * Logistic regressions on the development sets: MuSiQue, 2WikiMultihopQA and HotpotQA for cubes with titles,
 * LoCoMo for cubes without (docs/decisions/0006-graph-retrieval.md). `DIRECT` only chooses the seeds.
 */
export const DIRECT: DirectWeights = {
  bias: -6.65,
  text: 4,
  direct: 0,
  rank: 2.5,
  titled: 1.5,
  titleShare: 1,
  titleOnly: 2.4,
  similarity: 0,
  near: 0,
};

/** Where cubes have titles a shared name is about something, and a walk over names is strong evidence. */
export const AMONG_TITLES: FusedWeights = {
  bias: -9.97,
  text: 0.47,
  direct: 0.44,
  rank: -0.96,
  titled: -0.7,
  titleShare: 1.02,
  titleOnly: 2.31,
  similarity: 0.25,
  near: 1.22,
  walk: 5.09,
  walkText: -0.1,
  home: 4.02,
  homeText: -0.12,
  joint: 3.5,
  bridge: 4,
  walkLog: 6.28,
  walkRank: 5.47,
};

/** In a conversation everybody's name is in every turn: the walk only nudges. */
export const AMONG_TURNS: FusedWeights = {
  bias: -9.61,
  text: 4.84,
  direct: 2.09,
  rank: 0,
  titled: 0,
  titleShare: 0,
  titleOnly: 0,
  similarity: 2.39,
  near: 0,
  walk: 2.36,
  walkText: 0,
  home: 0,
  homeText: 0,
  joint: 0,
  bridge: 0,
  walkLog: 0,
  walkRank: 0,
};
