/** Person names as typed into given name, family name and generation suffix, and nicknames into the name they stand for. */
import { fullNameOf } from './nicknames.ts';
import { tied } from './parted-name.ts';
import { withoutMarker } from './spelling.ts';
import { clean, fold, isNameLikeMark, latin } from './text.ts';

// None that is a common name as well, such as Don, Sri or Tan.
const honorifics = new Set(
  `mr mrs ms mx miss mister dr prof professor sir madam madame rev reverend hon capt captain lt sgt herr frau fraulein ing dipl mme mlle monsieur
  maitre sr sra srta senor senora dott dottssa avv dhr mevr mw drs ir bapak ibu pak bu hj drg sdr sdri encik puan tuan datuk dato datin haji hajah
  ustadz sheikh shri smt president prasident prasidentin presiden presidente presidenta prime minister ministre ministro senator senador governor ambassador admiral
  colonel brigadier sgt sergeant rabbi imam mullah mulla mawlawi ayatollah`.split(/\s+/),
);
/** Before the family name, of many languages: written apart, in one word or not at all. */
const particles = new Set(
  'y van von der den de del della delle di da do dos das du la le ten ter te zu zum zur af av al el bin binti ibn'.split(
    ' ',
  ),
);
const suffixes = new Map([
  ['jr', 'jr'],
  ['junior', 'jr'],
  ['sr', 'sr'],
  ['senior', 'sr'],
  ['ii', 'ii'],
  ['iii', 'iii'],
  ['iv', 'iv'],
  ['1st', 'i'],
  ['2nd', 'ii'],
  ['3rd', 'iii'],
  ['4th', 'iv'],
  ['5th', 'v'],
]);
/** Portuguese, of a son, grandson or nephew; a family name too where no other stands before it. */
const kinsman = new Map([
  ['filho', 'filho'],
  ['neto', 'neto'],
  ['sobrinho', 'sobrinho'],
]);
/** Before the father's name, which stays where it is. */
const sonOf = new Set('bin binti bint ibn'.split(' '));
/** Family names that stand first, before a given name of two syllables. */
const korean = new Set(
  `kim lee yi park pak choi choe jung jeong chung kang cho jo yoon yun jang chang lim im rim han oh shin seo suh kwon hwang ahn an song ryu yoo yu
  hong jeon chun ko koh moon mun yang son sohn bae paik baek heo hur nam sim shim noh roh ha kwak sung cha joo min woo ku koo`.split(
    /\s+/,
  ),
);
/** Of which their given names are made, as they are written in Latin letters. */
const syllables = new Set(
  `bae beom bok bong byung chae chan cheol chol chul dae dal dong doo eun eui geun gil guk gwang gyu gyeong hae hak hee heon hoon hun hwa hwan hye hyeok hyeon hyok hyon
  hyong hyuk hyun hyung il jae je jeong ji jin jong joo joon ju jun jung kuk kwan kwang kyong kyu kyun kyung man mi min mun myeong myong myung nam ok pil pyong ra rak
  rim ryol ryong sang se seo seok seon seong seung shik sik soo sook su suk sun sung tae taek ui uk un ung wan won woo wook woong yeon yeong yol yon yong yoon young yul`.split(
    /\s+/,
  ),
);
const isKoreanGiven = (one: string, other: string): boolean => syllables.has(one) && syllables.has(other);
const degrees = new Set('phd md mba esq cpa dds'.split(' '));
/** Digits that were read or typed for the letters they look like: `Ig0r`. */
const letterLike: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', 9: 'g' };
/** Between letters: behind them stands a number (`user1`). */
const digitWithin = /(?<=\p{L})[0-9](?=\p{L})/gu;

/** `SergeiLavrov`, of two words run together; `McDonald` and `VanBuren` are one. */
const runTogether = /^(\p{Lu}\p{Ll}{2,})(\p{Lu}\p{Ll}{2,})$/u;
const prefixes = /^(?:Mac|Fitz|Van|Von|Den|Der|Del|Des|Dos|San|Ben|Bin|Abu|Ibn|Abd)\p{Lu}/u;

/** A whole name in Han, Hangul or kana: written with a space between family and given name, or without. */
const unspaced = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー\s]{2,9}$/u;

/** `bob` -> `robert`; of several given names the first decides. Any other name is itself. */
export function formalName(given: string): string {
  return fullNameOf(given.split(' ', 1)[0] ?? given);
}

export type PersonName = { given: string | null; family: string | null; suffix: string | null };

/** What is read of a name, and what of it was taken for the suffix. */
class NameWords {
  suffix: string | null = null;

  /** Folded words without titles in front; those behind that say which of several people of one name it is go to `suffix`. */
  of(value: string | null, least = 1): string[] {
    if (value !== null && isNameLikeMark(value.trim())) return [value.trim().toLowerCase()];
    const text = clean(value);
    if (text === null) return [];
    const plain = withoutMarker(text);
    const folded = fold(plain) ?? '';
    const all = (/\d/.test(folded) ? folded.replace(digitWithin, (digit) => letterLike[digit] ?? digit) : folded)
      .split(' ')
      .filter(Boolean);
    while (all.length > 1 && honorifics.has(all[0] ?? '')) all.shift();
    // A full stop makes an initial of it.
    if (all.length > least && all.at(-1) === 'i' && plain.endsWith(' I')) this.take(all, 'i');
    while (all.length > 1) {
      const end = all.at(-1) ?? '';
      if (!suffixes.has(end) && !degrees.has(end)) break;
      this.take(all, suffixes.get(end) ?? null);
      if (all.length > 1 && all.at(-1) === 'the') all.pop();
    }
    if (all.length > Math.max(least, 1)) {
      const kin = kinsman.get(all.at(-1) ?? '');
      if (kin !== undefined) this.take(all, kin);
    }
    return all;
  }

  private take(words: string[], suffix: string | null): void {
    this.suffix ??= suffix;
    words.pop();
  }
}

/**
 * Folded parts. A full name, turned round at a comma, is cut at its last word; one word alone is a given name
 * without a family name, as is common in Indonesia and in scripts without spaces, never a missing surname. Particles of the family name (van der, de la) are off.
 */
export function personName(first: string | null, last: string | null, full: string | null = null): PersonName {
  const words = new NameWords();
  let given = words.of(first);
  let family = words.of(last);
  if (!given.length && !family.length && full) [given, family] = ofFull(full, words);
  else if (!given.length && family.length === 1) [given, family] = [family, []];
  // `Jan van der` `Berg` and `Jan` `van der Berg`.
  while (family.length > 0 && given.length > 1 && particles.has(given.at(-1) ?? '')) given.pop();
  while (family.length > 1 && particles.has(family[0] ?? '')) family.shift();
  return { given: latin(given.join(' ')) || null, family: latin(family.join(' ')) || null, suffix: words.suffix };
}

/** `DUPONT Marie`, `M. DUPONT Marie`: in capitals in front, it is turned round at a comma. */
const familyInCapitals = (written: string): string =>
  written.replace(
    /^(?:\p{L}{1,4}\.\s+)?((?:\p{Lu}[\p{Lu}'’-]{2,}\s+)+)(?=\p{Lu}\p{Ll}[^,]*$)/u,
    (_, family: string) => `${family.trim()}, `,
  );

/** `Park Jun-hee`, `Park Jun Hee`, `Jun-hee Park`: two words are the given name. @param isTurned round at a comma */
function koreanName(
  [one, two, three]: [string, string, string],
  written: string,
  isTurned: boolean,
): [given: string[], family: string[]] | null {
  const isGivenFirst = isTurned || /^\p{L}+-\p{L}+\s/u.test(written);
  const isHyphened = /\s\p{L}+-\p{L}+$/u.test(written);
  if (!isGivenFirst && korean.has(one) && (isHyphened || isKoreanGiven(two, three))) return [[tied(two, three)], [one]];
  return korean.has(three) && isKoreanGiven(one, two) ? [[tied(one, two)], [three]] : null;
}

function ofFull(full: string, words: NameWords): [given: string[], family: string[]] {
  const text = full.trim();
  const apart = prefixes.test(text) ? text : text.replace(runTogether, '$1 $2');
  const [before = '', after] = familyInCapitals(unspaced.test(apart) ? apart.replace(/\s/g, '') : apart).split(',', 2);
  const tail = after === undefined ? [] : words.of(after);
  const isSuffix = tail.length === 1 && suffixes.has(tail[0] ?? '');
  if (isSuffix) words.suffix = suffixes.get(tail[0] ?? '') ?? null;
  // `Garcia Lopez, Ana` is `Ana Garcia Lopez`: which of its words are given names nobody can tell.
  const all = isSuffix ? words.of(before, 2) : [...tail, ...words.of(before, tail.length > 0 ? 1 : 2)];
  const fromKorea =
    all.length === 3 ? koreanName(all as [string, string, string], full.trim(), after !== undefined) : null;
  if (fromKorea) return fromKorea;
  // `Ahmad bin Hasan`: whose son he is, is not in any order.
  const father = all.findIndex((word, at) => at > 0 && at < all.length - 2 && sonOf.has(word));
  if (father > 0) all.splice(father, 2, tied('bin', all[father + 1] as string));
  const given = all.filter((word, at) => at === 0 || at === all.length - 1 || !particles.has(word));
  // `Morris II Kleiner`.
  const numeral = given.findIndex((word, at) => at > 0 && at < given.length - 1 && /^(?:ii|iii|iv|jr|sr)$/.test(word));
  if (numeral > 0) words.suffix ??= given.splice(numeral, 1)[0] as string;
  return [given, given.length > 1 ? given.splice(-1) : []];
}
