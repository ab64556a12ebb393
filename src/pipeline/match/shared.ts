/** Arrays of numbers on memory that threads share. */
type NumberArray = Int32Array | Uint16Array | Uint8Array;

export function shared<T extends NumberArray>(
  kind: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));
}
