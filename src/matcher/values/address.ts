/** Street, state, postal code and country as typed into the words two writers of one address share. */
import { fold } from './text.ts';

const long = new Map(
  'street:st avenue:ave av:ave boulevard:blvd blv:blvd road:rd drive:dr lane:ln court:ct place:pl square:sq highway:hwy parkway:pkwy terrace:ter circle:cir suite:ste apartment:apt building:bldg floor:fl north:n south:s east:e west:w northeast:ne northwest:nw southeast:se southwest:sw mount:mt saint:st jalan:jl jln:jl strasse:str first:1st second:2nd third:3rd fourth:4th fifth:5th sixth:6th seventh:7th eighth:8th ninth:9th tenth:10th'
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);
const kinds = new Set('st ave blvd rd dr ln ct pl sq hwy pkwy ter cir'.split(' '));
/** What is inside a house. A block or a lot is the number of a house as often. */
const units =
  /\b(?:ste|apt|unit|fl|room|rm|bldg)\b\s*\w+|\b(?:flat|tower|shop|stall|appt|appartement|apto|piso|wohnung|whg|etage|interno|lantai) (?:no )?(?:\d\w*|[a-z]\d*)(?= |$)/g;
/** Before the number of a house. */
const numberWord = /(^| )(?:no|nr|num|nomor|numero|nummer|house no|plot no|hno|house number|hse)(?= \d)/g;
/** After one of these a number is the name of the road. */
const numbered = new Set(
  'highway nacional route rt rte rr road interstate i us sr cr km box hwy no ave st calle carrera cra carretera autopista gang rw blok sector phase line fm'.split(
    ' ',
  ),
);

/** Where it is told by what is near it: "2 Harrison St. near Hudson St.", "1110 3rd Ave. at 65th St.". */
const crossing = /^(.*\d.*?\S) (?:near|between|btwn|bet|at|off|corner of|opposite|cnr) .*$/;
/** Without one of these there is none; they are found faster than it is. */
const near = / (?:near|between|btwn|bet|at|off|corner of|opposite|cnr) /;

/** `Marlow Street 1501`, `Hauptstr. 12a` -> the number in front, where the other order has it. */
function numberFirst(words: string[]): string[] {
  if (words.length < 2 || /^\d+[a-z]?$/.test(words[0] as string)) return words;
  const end = words.at(-1) as string;
  // `12 a` is `12a`.
  const letter = words.length > 2 && /^[a-z]$/.test(end) && /^\d+$/.test(words.at(-2) as string);
  const number = letter ? `${words.at(-2) as string}${end}` : end;
  const street = words.slice(0, letter ? -2 : -1);
  if (!/^\d{1,5}[a-z]?$/.test(number) || (street.length === 1 && numbered.has(street[0] as string))) return words;
  return street.length === 0 || isRoad(street) ? words : [number, ...street];
}
/** `us hwy 61`, `rr 3`: the number is its name. */
const isRoad = (street: readonly string[]): boolean => {
  const end = street.at(-1) as string;
  if (end === 'hwy' || (end === 'rd' && /^(?:county|state|farm)$/.test(street.at(-2) ?? ''))) return true;
  return numbered.has(end) && !(street.length > 1 && kinds.has(end));
};

/** A part of an address with a number in front or behind that is not the floor's. */
const housed = /^\d+[a-z]?\s+(?!(?:fl|floor|etage|stock|og)\b)[^\d\s]|^[^\d\s][^\d]*\s(?:n[or]\.?\s*)?\d+\s?[a-z]?$/iu;

/** `Rosewood House, 12 Kerr Road` -> `12 Kerr Road Rosewood House`: what is before the street goes behind. */
function streetFirst(value: string): string {
  if (!/[,\n]/.test(value) || /^\s*\d/.test(value)) return value;
  const parts = value.split(/\s*[,\n]\s*/);
  const at = parts.findIndex((part) => housed.test(part.trim()) && !insideHouse.test(part));
  return at <= 0 ? value : [...parts.splice(at, 1), ...parts].join(' ');
}
const insideHouse =
  /^\s*(?:suite|ste|apartment|apt|unit|flat|floor|room|building|bldg|tower|shop|block|lot|po box|p\.? ?o\.? box)\b/i;

/** `4791 Third Avenue, Suite 4` and `Third Ave 4791` -> `4791 3rd ave`; a second word for the kind of road is dropped with the unit. */
export function street(value: string | null): string | null {
  let text = fold(value === null ? null : streetFirst(value));
  if (text === null) return null;
  if (near.test(text)) text = text.replace(crossing, '$1');
  if (text.includes('strasse')) text = text.replace(/(\p{L}{2,})strasse\b/gu, '$1str');
  const words = text.split(' ').map((word) => long.get(word) ?? word);
  const whole = words.join(' ');
  const without = whole.replace(units, '').replace(numberWord, '$1');
  const plain = without === whole ? whole : without.replace(/\s+/g, ' ').trim();
  const kept = numberFirst(plain.split(' '));
  while (kept.length > 3 && kinds.has(kept.at(-1) ?? '') && kinds.has(kept.at(-2) ?? '')) kept.pop();
  return kept.join(' ') || whole;
}

/** Letters and digits only; the +4 of a US code is dropped. */
export function postalCode(value: string | null): string | null {
  const text = fold(value?.replace(/^(\d{3,})\.0$/, '$1') ?? null);
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
