/** Arrays of numbers: on memory that threads share, and let go of before anybody collects garbage. */
type NumberArray = Int32Array | Uint16Array | Uint8Array;

export function shared<T extends NumberArray>(
  kind: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
}

/**
 * Gives the memory of arrays back at once, unless others lie on it too: large ones that only wait to be collected are most of
 * a run's peak.
 */
export function letGo(...arrays: ArrayBufferView[]): void {
  for (const buffer of ownMemory(arrays)) if (!buffer.detached) buffer.transfer(0);
}

/** The memory of arrays on which no other lies: it may be given away. */
export function ownMemory(arrays: readonly ArrayBufferView[]): ArrayBuffer[] {
  return arrays.flatMap(({ buffer, byteLength }) =>
    buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [],
  );
}
