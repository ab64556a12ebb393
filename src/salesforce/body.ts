/** Reads answers: small ones whole and bounded, result pages as cleaned streams. */
import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { DomainError } from '../model/errors.ts';
import { nulMark } from '../model/text-mark.ts';

/** Bytes of a JSON answer at most: 2,000 records of the widest objects are about 20 MB. More is not an honest answer. */
const maxBytes = 128 * 1024 * 1024;

/** @throws DomainError `salesforce-answer-invalid` when it is too long. */
export async function readText(answer: Dispatcher.ResponseData): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      answer.body.destroy();
      throw tooLong();
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks, size);
  if (answer.headers['content-encoding'] !== 'gzip') return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes }).toString('utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLong();
    throw error;
  }
}

function tooLong(): DomainError {
  return new DomainError('salesforce-answer-invalid', `An answer is longer than ${maxBytes / 1024 / 1024} MiB.`);
}

const markBytes = Buffer.from(nulMark);

/** The body unpacked, NUL bytes marked, which neither PostgreSQL nor any CSV reader takes; errors travel along. */
export function cleaned(answer: Dispatcher.ResponseData): { csv: Readable; hasMarks: () => boolean } {
  let hasMarks = false;
  const filter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const isDirty = chunk.includes(0);
      hasMarks ||= isDirty;
      done(null, isDirty ? marked(chunk) : chunk);
    },
  });
  // A connection may break before the reader has begun: the error is kept for it, not thrown at the process.
  const kept = () => {};
  filter.on('error', kept);
  if (answer.headers['content-encoding'] === 'gzip') pipeline(answer.body, createGunzip(), filter, kept);
  else pipeline(answer.body, filter, kept);
  return { csv: filter, hasMarks: () => hasMarks };
}

function marked(chunk: Buffer): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, from)) {
    parts.push(chunk.subarray(from, at), markBytes);
    from = at + 1;
  }
  return Buffer.concat([...parts, chunk.subarray(from)]);
}
