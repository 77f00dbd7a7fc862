let found: boolean | undefined;

/** Whether this browser can draw with WebGL, which not every one without a graphics card can. */
export function hasWebGl(): boolean {
  found ??= document.createElement("canvas").getContext("webgl2") !== null;
  return found;
}
