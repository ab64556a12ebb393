/** A company name into its distinguishing words and its legal form. */
import { meaningOf } from './company-words.ts';
import { fold, latin } from './text.ts';

// Longest first, so that "sdn bhd" goes before "bhd". Folded: full stops and marks are gone already.
const forms = [
  'sociedad anonima de capital variable|s a de c v|sa de cv|sapi de cv|sociedad anonima|gesellschaft mit beschrankter haftung|private limited|public limited company|limited liability company',
  'limited liability partnership|pty limited|pty ltd|pvt ltd|pte ltd|co ltd|gmbh & co kg|gmbh and co kg|sdn bhd|kabushiki kaisha|perseroan terbatas|incorporated|corporation|limited|company',
  'gmbh|mbh|inc|corp|llc|llp|lp|ltd|plc|co|ag|kg|ohg|ug|se|sa|sas|sarl|srl|spa|bv|nv|ab|as|asa|oy|oyj|aps|kk|gk|pt|cv|tbk|bhd|pte|pty|ltda|eireli|sro|zrt|kft|doo|ooo|oao|pao|jsc|ojsc|ind|株式会社|有限会社|有限公司|주식회사|ооо|оао|зао|пао|ао|нао|ип|тоо|тов|еоод|оод|еад|αε|επε|zao|eood|ood',
].flatMap((line) => line.split('|'));
const leading = new Set([
  'pt',
  'cv',
  'ud',
  '株式会社',
  '주식회사',
  'the',
  ...'ооо оао зао пао ао нао ип тоо тов ooo oao zao pao'.split(' '),
]);
/** By their last word, longest first as above. */
const formsByEnd = Map.groupBy(
  forms.map((form) => form.split(' ')),
  (form) => form.at(-1) as string,
);
/** The form a name ends with, unless it is all of the name. */
const formOf = (words: readonly string[]): readonly string[] | undefined =>
  formsByEnd
    .get(words.at(-1) as string)
    ?.find((form) => form.length < words.length && form.every((word, at) => words.at(at - form.length) === word));

const romans = new Map(
  'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx'
    .split(' ')
    .map((word, at) => [word, `${at + 1}`]),
);

/** `Fund II` -> `fund 2`, `Store #012` and `Store No. 12` -> `store 12`. A roman numeral is one at the end only. */
function plainNumbers(words: string[]): string[] {
  const last = words.length - 1;
  if (!romans.has(words[last] as string) && !words.some((word) => /\d/.test(word))) return words;
  return words.flatMap((word, at) => {
    const next = words[at + 1] ?? '';
    if (/^(?:no|nr|num|number|nomor|nummer)$/.test(word) && /^\d/.test(next)) return [];
    if (at > 0 && at === last) return [romans.get(word) ?? word.replace(/^0+(?=\d)/, '')];
    return [word.replace(/^0+(?=\d)/, '')];
  });
}

export type CompanyName = { core: string | null; form: string | null };

/** Between two names of one company: `Smith Holdings LLC dba Joe's Pizza`, `Acme Energy (formerly Zenith)`. */
const aliases =
  / (?:dba|d b a|doing business as|t a|trading as|aka|a k a|also known as|fka|f k a|formerly(?: known as)?|previously) /;
/** Stands between the names in `core`. */
export const alias = ' aka ';

/**
 * `Acme & Sons Holdings, Inc.` -> core `acme and sons holdings`, form `inc`. A name that is only a form keeps it. Two names of one
 * company are kept with `alias` between them, under the form of the first.
 */
export function companyName(value: string | null): CompanyName {
  const folded = fold(value?.replace(/[&+]/g, ' and ') ?? null);
  if (!folded) return { core: null, form: null };
  const names = folded.split(aliases).map(oneName);
  return { core: latin(names.map(({ core }) => core).join(alias)), form: names[0]?.form ?? null };
}

function oneName(folded: string): CompanyName {
  let words = folded
    .replace(/^(株式会社|有限会社)|(株式会社|有限会社|有限公司)$/u, ' $& ')
    .trim()
    .split(' ')
    .filter(Boolean);
  const found: string[] = [];
  while (words.length > 1) {
    if (leading.has(words[0] ?? '')) {
      const word = words.shift();
      if (word && word !== 'the') found.push(word);
      continue;
    }
    const form = formOf(words);
    if (form === undefined) break;
    words = words.slice(0, -form.length);
    found.push(form.join(' '));
  }
  words = plainNumbers(words).map(meaningOf);
  return {
    core: words.filter((word) => word !== 'and').join(' ') || words.join(' '),
    form: found.sort().join(' ') || null,
  };
}
