/** Every limit of parametric memory, in one place. Each is enforced and has a test. */
export const ADAPTER_LIMITS = {
  /** Memories that one adapter is trained from; more are refused, with the reason. */
  memories: 2_000,
  /** Memories that are looked at when it is planned what to train. */
  planned: 20_000,
  /** Adapters that are in use together. */
  attached: 8,
  /** How much one of them counts. */
  scale: 4,
  /** Rank of an adapter. */
  rank: 256,
  /** Times that training goes over its set. */
  epochs: 1_000,
  /** Examples of one training set, and tokens of one of them; a longer one is cut at its end. */
  examples: 100_000,
  exampleTokens: 2_048,
  /** Questions that the gates ask of one adapter. */
  questions: 2_000,
  /** Seconds that training may take, and bytes of memory. */
  trainingSeconds: 24 * 3_600,
  trainingBytes: 256 * 2 ** 30,
  /** The same where nobody says. */
  usualSeconds: 6 * 3_600,
  usualBytes: 16 * 2 ** 30,
  /** Bytes of one adapter file, and of its header or its configuration: parsing one takes less than 10 ms. */
  fileBytes: 4 * 2 ** 30,
  headerBytes: 512 * 1024,
  /** Tensors in one adapter file: three for each matrix of 146 layers. */
  tensors: 3_072,
  /** What an adapter's `alpha` may be; rsLoRA's is larger by `√rank` where a file has no other way to say it. */
  alpha: 65_536,
} as const;
