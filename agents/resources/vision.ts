/** A model that sees. */
export interface ImageDescriber {
  /** Who is named as the author of captions. */
  readonly name: string;
  /** What an image shows, in words. */
  describe(image: Uint8Array, mime: string, signal?: AbortSignal): Promise<string>;
}
