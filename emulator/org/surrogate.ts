/** Keeps half of a surrogate pair, which a broken client once wrote, in an engine that only takes whole characters. */

// A character of the private use area stands for it: as many bytes in UTF-8 as the half itself would take.
const standIn = '\uF8FF';
const half = '\uD83D';
const standInBytes = Buffer.from(standIn);
const halfBytes = Buffer.from([0xed, 0xa0, 0xbd]);

export function hasLoneSurrogate(text: string): boolean {
  return !text.isWellFormed();
}

export function hideLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, standIn);
}

/** JSON carries the half as an escape. */
export function showLoneSurrogates(text: string): string {
  return text.replaceAll(standIn, half);
}

/** CSV carries its three bytes, which no decoder of UTF-8 takes. */
export function writeLoneSurrogates(bytes: Buffer): Buffer {
  for (let at = bytes.indexOf(standInBytes); at !== -1; at = bytes.indexOf(standInBytes, at + 3))
    halfBytes.copy(bytes, at);
  return bytes;
}
