/** A file of any encoding as one in UTF-8, which is what everything else reads. */
import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import { Duplex } from 'node:stream';
import { TextDecoderStream } from 'node:stream/web';
import { analyse } from 'chardet';
import { asItIs, copyOf, type FileCopy } from './copy-of.ts';

/** `encoding`: what it was read as; null where it is UTF-8, or nothing that can be told. */
export type Utf8File = FileCopy & { encoding: string | null };

/** Bytes that the encoding is told from. */
const sampleBytes = 1 << 20;
/** Below it chardet guesses. */
const leastConfidence = 10;

/** The file itself where it is UTF-8, else a copy in UTF-8. What is wrong with the file is for the reader to say. */
export async function utf8Of(file: string): Promise<Utf8File> {
  const asIs = { ...asItIs(file), encoding: null };
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return asIs;
  const sample = await unlikeUtf8(file).catch(() => null);
  const encoding = sample && encodingOf(sample);
  if (!encoding) return asIs;
  return { ...(await copyOf(file, Duplex.fromWeb(new TextDecoderStream(encoding), { encoding: 'utf8' }))), encoding };
}

/** The bytes around the first that are not UTF-8, from the start of the file if they are there; null where all are UTF-8. */
async function unlikeUtf8(file: string): Promise<Buffer | null> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(sampleBytes);
    for (let at = 0; ;) {
      const { bytesRead } = await handle.read(buffer, 0, sampleBytes, at);
      const bytes = buffer.subarray(0, bytesRead);
      const isLast = bytesRead < sampleBytes;
      if (at === 0 && utf16Of(bytes) !== null) return bytes;
      // A part ends where a line does, so that no letter is cut.
      const end = isLast ? bytesRead : bytes.lastIndexOf(0x0a) + 1 || bytesRead;
      if (!isUtf8(bytes.subarray(0, end))) return bytes.subarray(0, end);
      if (isLast) return null;
      at += end;
    }
  } finally {
    await handle.close();
  }
}

/** By its mark, or by every other byte of its first letters being nothing. */
function utf16Of(bytes: Buffer): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const first = bytes.subarray(0, 64);
  const nothings = [0, 1].map((from) => first.filter((byte, at) => at % 2 === from && byte === 0).length);
  const [even, odd] = nothings as [number, number];
  if (first.length < 16 || Math.max(even, odd) < 0.4 * first.length || Math.min(even, odd) > 0) return null;
  return even > odd ? 'utf-16be' : 'utf-16le';
}

/** Null where it is UTF-8 with a few broken bytes, which no other encoding mends, or where nothing fits. */
export function encodingOf(bytes: Buffer): string | null {
  const wide = utf16Of(bytes);
  if (wide !== null) return wide;
  if (bytes.includes(0)) return null;
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.split('\ufffd').length - 1;
  if ((text.match(/[^\0-\x7f\ufffd]/g) ?? []).length > broken) return null;
  // Lines without foreign letters say nothing, and much of it drowns the rest.
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => /[\x80-\xff]/.test(line))
    .join('\n');
  const telling = Buffer.from(lines, 'latin1');
  for (const { name, confidence } of analyse(telling)) {
    if (confidence < leastConfidence) break;
    const decoder = decoderOf(name);
    if (decoder && !decoder.decode(telling).includes('\ufffd')) return decoder.encoding;
  }
  return 'windows-1252';
}

function decoderOf(name: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(name);
  } catch {
    return null; // UTF-32, IBM420 and the like: no decoder knows them.
  }
}
