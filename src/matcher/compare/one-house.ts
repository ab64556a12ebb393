/** Companies of one house share its website, telephone and street: levels of these are worth little between them. */
import type { Gate } from './comparison.ts';
import { related } from './condition.ts';

/** @param bits of a sister company, and of one whose name is longer by what it does */
export function ofOneHouse<Key extends string>(
  through: Key,
  bits: { sisters: number; longer: number },
): Omit<Gate<Key>, 'from'>[] {
  return [
    {
      through,
      bits: bits.sisters,
      shut: related('company', 'sisters', 'numbered'),
      because: 'another of one house',
      reads: 'company',
    },
    {
      through,
      bits: bits.longer,
      shut: related('company', 'longer'),
      because: 'perhaps of one house',
      reads: 'company',
    },
  ];
}
