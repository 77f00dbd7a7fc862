/** A part of a text: where it begins and ends, in characters. */
export interface Cut {
  readonly start: number;
  readonly end: number;
}

/** Where a text may be cut, the best first: between paragraphs, lines, sentences, words. */
const PLACES = [/\n[ \t]*\n/g, /\n/g, /[.!?…。！？]["')\]]*\s/g, /\s/g];

/** A cut in the first part of the room would leave pieces that are too small. */
const EARLIEST = 0.4;

/**
 * Cuts a text into parts of at most `most` characters, at the end of a paragraph if there is one in the later part
 * of the room, else of a line, a sentence or a word, else between two characters.
 */
export function cutText(text: string, most: number): Cut[] {
  const cuts: Cut[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.length - start <= most ? text.length : start + firstCut(text.slice(start, start + most));
    cuts.push({ start, end });
    start = end;
  }
  return cuts;
}

/** Where a text that goes on behind `room` is best cut. */
export function firstCut(room: string): number {
  const earliest = Math.ceil(room.length * EARLIEST);
  for (const place of PLACES) {
    let best = 0;
    for (const { 0: found, index } of room.matchAll(place)) best = index + found.length;
    if (best >= earliest) return best;
  }
  const last = room.charCodeAt(room.length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff && room.length > 1;
  return splitsPair ? room.length - 1 : room.length;
}
