/** A question that an assistant may ask: its words, what it takes, the scope it needs, and the answer with its receipt. */
import type { z } from 'zod';
import type { Db } from '../db/connect.ts';
import type { Definitions } from '../model/definitions.ts';

/** What answers are made from. `mayNames`: the key may see names, e-mails and phones. */
export type Asking = { db: Db; definitions: Definitions; connectionId: string; now: Date; mayNames: boolean };
/**
 * `complete`: `no` where the answer is a part of what there is, or rests on one; `unknown` where nobody can say.
 * `because` says why it is not yes, and what to ask instead.
 */
export type Answered = {
  answer: unknown;
  receipt: Record<string, unknown>;
  complete: 'yes' | 'no' | 'unknown';
  because: string | null;
};

export type Question<Input extends z.ZodObject = z.ZodObject> = {
  /** As assistants call it: words of the question, joined by `_`. */
  name: string;
  title: string;
  /** When to ask it, and what comes back. */
  description: string;
  /** `pii:read`: the answer has personal data whatever is asked. */
  scope: 'data:read' | 'pii:read';
  input: Input;
  ask(asking: Asking, input: z.output<Input>): Promise<Answered>;
};

export function defineQuestion<Input extends z.ZodObject>(question: Question<Input>): Question {
  return question as unknown as Question;
}

/** Text out of a record, marked as such: an assistant takes it for data, whatever it says. */
export type FromRecord = { fromRecord: string; isCut?: true };

/** Longer text is no name; an assistant reads the record where it needs the rest. */
const textLimit = 200;
/** What no reader sees, and an assistant reads all the same: controls, marks of direction, selectors and letters of private use. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u{FE00}-\u{FE0F}\u{E0100}-\u{E01EF}]/gu;

/** @param most letters that are given of it */
export function fromRecord(text: string | null, most = textLimit): FromRecord | null {
  if (text === null) return null;
  const plain = text.replaceAll(unseen, ' ').trim();
  const letters = Array.from(plain);
  return letters.length > most
    ? { fromRecord: `${letters.slice(0, most).join('')}…`, isCut: true }
    : { fromRecord: plain };
}

/** Ids and words of our own: nobody writes a sentence in them. */
const isOurs = (text: string) => /^[\w.:-]{0,64}$/.test(text);

/** Every text in it that may be of a record, marked. */
export function marked(value: unknown): unknown {
  if (typeof value === 'string') return isOurs(value) ? value : fromRecord(value);
  if (Array.isArray(value)) return value.map(marked);
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, marked(own)]));
}

export const whole = (answer: unknown, receipt: Record<string, unknown>): Answered => ({
  answer,
  receipt,
  complete: 'yes',
  because: null,
});
