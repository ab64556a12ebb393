/** Person names as typed into given name, family name and generation suffix, and nicknames into the name they stand for. */
import { fold } from './text.ts';

// Each line: the full name, then what it is shortened to. A short form of several names is left with the commonest.
const families = `alexander alex alec sandy xander|alexandra lexi|andrew andy drew|anthony tony|barbara barb babs|benjamin ben benny|
catherine cathy cate|katherine kathy kate katie kat|charles charlie chuck chas|christopher chris topher|christina tina chrissy|daniel dan danny|
david dave davey|deborah deb debbie debra|donald don donny|dorothy dot dottie|douglas doug|edward ed eddie ted ned|elizabeth liz beth betty eliza lizzie|
eugene gene|frances fran|francis frank|frederick fred freddie|gabriel gabe|gerald gerry jerry|gregory greg|harold harry hal|henry hank|
jacob jake|jacqueline jackie|james jim jimmy jamie|jeffrey jeff geoffrey geoff|jennifer jen jenny|jessica jess jessie|john johnny jack jon|jonathan jonny|
joseph joe joey|joshua josh|judith judy|kenneth ken kenny|kimberly kim|lawrence larry|leonard leo len lenny|margaret maggie meg peggy marge|matthew matt|
megan meg|michael mike mick mickey|michelle shelly|nancy nan|nathaniel nate nathan|nicholas nick nicky|pamela pam|patricia pat patty trish tricia|patrick paddy|
peter pete|philip phil|rebecca becky becca|richard rick dick rich ricky|robert bob rob bobby robbie|ronald ron ronnie|samantha sam|samuel sammy|
sandra sandi|stephen steve steven stevie|stephanie steph|susan sue susie suzanne|theodore theo teddy|theresa terry tess|thomas tom tommy|timothy tim|
victoria vicky vicki tori|vincent vince|virginia ginny|walter walt|william bill will billy willie liam|zachary zach zack|muhammad mohammed mohamed mohammad muhamad|
johannes hans|friedrich fritz|wolfgang wolf|jose pepe|francisco paco pancho|guadalupe lupe`;

const formal = new Map<string, string>();
for (const family of families.replace(/\n/g, '').split('|')) {
  const [full = '', ...shorts] = family.split(' ');
  for (const short of shorts) if (!formal.has(short)) formal.set(short, full);
}

const honorifics = new Set('mr mrs ms miss dr prof sir madam herr frau bapak ibu pak bu ir hj drs'.split(' '));
const suffixes = new Map([
  ['jr', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['senior', 'sr'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
]);
const degrees = new Set('phd md mba esq cpa dds'.split(' '));

/** `bob` -> `robert`; of several given names the first decides. Any other name is itself. */
export function formalName(given: string): string {
  const first = given.split(' ', 1)[0] ?? given;
  return formal.get(first) ?? first;
}

export type PersonName = { given: string | null; family: string | null; suffix: string | null };

/**
 * Folded parts. A full name is cut at its last word ("Family, Given" at the comma); one word alone is a given name
 * without a family name, as is common in Indonesia, never a missing surname.
 */
export function personName(first: string | null, last: string | null, full: string | null = null): PersonName {
  let suffix: string | null = null;
  const words = (value: string | null): string[] => {
    const all = (fold(value) ?? '').split(' ').filter(Boolean);
    while (all.length > 1 && honorifics.has(all[0] ?? '')) all.shift();
    while (all.length > 1) {
      const end = all.at(-1) ?? '';
      if (!suffixes.has(end) && !degrees.has(end)) break;
      suffix ??= suffixes.get(end) ?? null;
      all.pop();
    }
    return all;
  };
  let given = words(first);
  let family = words(last);
  if (!given.length && !family.length && full) {
    const [before = '', after] = full.split(',', 2);
    const tail = after === undefined ? [] : words(after);
    if (tail.length && !(tail.length === 1 && suffixes.has(tail[0] ?? ''))) {
      given = tail;
      family = words(before);
    } else {
      if (tail.length) suffix = suffixes.get(tail[0] ?? '') ?? null;
      given = words(before);
      family = given.length > 1 ? given.splice(-1) : [];
    }
  } else if (!given.length && family.length === 1) {
    [given, family] = [family, []];
  }
  return { given: given.join(' ') || null, family: family.join(' ') || null, suffix };
}
