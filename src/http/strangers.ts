/** Addresses that send credentials nobody has: after some of them in a minute they are told to wait, before any look-up. */
import { createHash } from 'node:crypto';
import { DomainError } from '../model/errors.ts';

export type Strangers = {
  /** @throws DomainError `rate-limited` for a credential not known to be right, of an address that has guessed too often. */
  admit(address: string, credential: string, now: Date): void;
  /** What the look-up said. */
  learn(address: string, credential: string, isKnown: boolean, now: Date): void;
};

const minute = 60_000;
/** How long a credential that was right is let through beside strangers of its address: all may come through one proxy. */
const trust = 10 * minute;
/** More addresses or credentials than this are not remembered. */
const most = 10_000;

/** @param max guesses of one address in a minute */
export function strangerLimit(max: number): Strangers {
  const guesses = new Map<string, { count: number; until: number }>();
  const known = new Map<string, number>();
  const nameOf = (credential: string) => createHash('sha256').update(credential).digest('base64');
  return {
    admit(address, credential, now) {
      const found = guesses.get(address);
      if (!found || found.count < max || found.until <= now.getTime()) return;
      if ((known.get(nameOf(credential)) ?? 0) > now.getTime()) return;
      const seconds = Math.ceil((found.until - now.getTime()) / 1_000);
      throw new DomainError(
        'rate-limited',
        `Too many keys from this address were not valid; try again in ${seconds} s.`,
        {
          headers: { 'retry-after': String(seconds) },
        },
      );
    },
    learn(address, credential, isKnown, now) {
      if (isKnown) return remember(known, nameOf(credential), now.getTime() + trust);
      const found = guesses.get(address);
      const isOver = !found || found.until <= now.getTime();
      remember(
        guesses,
        address,
        isOver ? { count: 1, until: now.getTime() + minute } : { ...found, count: found.count + 1 },
      );
    },
  };
}

/** The oldest goes where there are too many. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  if (map.size >= most) map.delete(map.keys().next().value!);
  map.set(key, value);
}
