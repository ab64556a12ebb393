/** Street, state, postal code and country as typed into the words two writers of one address share. */
import { fold } from './text.ts';

const long = new Map(
  'street:st avenue:ave av:ave boulevard:blvd blv:blvd road:rd drive:dr lane:ln court:ct place:pl square:sq highway:hwy parkway:pkwy terrace:ter circle:cir suite:ste apartment:apt building:bldg floor:fl north:n south:s east:e west:w northeast:ne northwest:nw southeast:se southwest:sw mount:mt saint:st jalan:jl jln:jl strasse:str first:1st second:2nd third:3rd fourth:4th fifth:5th sixth:6th seventh:7th eighth:8th ninth:9th tenth:10th'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);
const kinds = new Set('st ave blvd rd dr ln ct pl sq hwy pkwy ter cir'.split(' '));
const units = /\b(?:ste|apt|unit|fl|room|rm|bldg)\b\s*\w+/g;

/** Where it is told by what is near it: "2 Harrison St. near Hudson St.", "1110 3rd Ave. at 65th St.". */
const crossing = /^(.*\d.*?\S) (?:near|between|btwn|bet|at|off|corner of|opposite|cnr) .*$/;
/** Without one of these there is none; they are found faster than it is. */
const near = / (?:near|between|btwn|bet|at|off|corner of|opposite|cnr) /;

/** `4791 Third Avenue, Suite 4` -> `4791 3rd ave`; a second word for the kind of road is dropped with the unit. */
export function street(value: string | null): string | null {
  let text = fold(value);
  if (text === null) return null;
  if (near.test(text)) text = text.replace(crossing, '$1');
  if (text.includes('strasse')) text = text.replace(/(\p{L}{2,})strasse\b/gu, '$1str');
  const words = text.split(' ').map((word) => long.get(word) ?? word);
  const whole = words.join(' ');
  const without = whole.replace(units, '');
  const plain = without === whole ? whole : without.replace(/\s+/g, ' ').trim();
  const kept = plain.split(' ');
  while (kept.length > 3 && kinds.has(kept.at(-1) ?? '') && kinds.has(kept.at(-2) ?? '')) kept.pop();
  return kept.join(' ') || whole;
}

/** Letters and digits only; the +4 of a US code is dropped. */
export function postalCode(value: string | null): string | null {
  const text = fold(value);
  if (!text) return null;
  const us = /^(\d{5})(?: \d{4})?$/.exec(text);
  const code = us?.[1] ?? text.replace(/ /g, '');
  return /^0+$/.test(code) ? null : code;
}

const cityWords = new Map(
  'saint:st sainte:ste mount:mt fort:ft north:n south:s east:e west:w'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

/** `New York City` -> `new york`, `West Hollywood` -> `w hollywood`. */
export function city(value: string | null): string | null {
  const words = fold(value)
    ?.split(' ')
    .map((word) => cityWords.get(word) ?? word);
  if (!words) return null;
  while (words.length > 1 && (words.at(-1) === 'city' || words[0] === 'kota'))
    words.splice(words[0] === 'kota' ? 0 : -1, 1);
  return words.join(' ');
}
