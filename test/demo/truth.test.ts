import { describe, expect, it } from 'vitest';
import { pairwise } from '../../src/demo/truth.ts';

const map = (text: string) => new Map(text.split(' ').map((pair) => pair.split(':') as [string, string]));

describe('pairwise', () => {
  it('counts pairs, not records', () => {
    // truth {a b c} {d}; found {a b} {c d}: one of two found pairs is true, one of three true pairs is found
    const measured = pairwise(map('a:1 b:1 c:2 d:2'), map('a:x b:x c:x d:y'));
    expect(measured).toEqual({ precision: 1 / 2, recall: 1 / 3 });
  });

  it('leaves out records that the truth does not know', () => {
    expect(pairwise(map('a:1 b:1 z:1'), map('a:x b:x'))).toEqual({ precision: 1, recall: 1 });
  });

  it('says unknown where there is nothing to count', () => {
    expect(pairwise(map('a:1 b:2'), map('a:x b:y'))).toEqual({ precision: null, recall: null });
  });
});
