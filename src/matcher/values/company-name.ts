/** A company name into its distinguishing words and its legal form. */
import { meaningOf } from './company-words.ts';
import { formBehind, formInFront, formMisspelt } from './legal-forms.ts';
import { withoutMarker } from './spelling.ts';
import { clean, fold, latin } from './text.ts';

const romans = new Map(
  'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx'
    .split(' ')
    .map((word, at) => [word, `${at + 1}`]),
);

const listOf = (words: string, from: number, end = ''): [string, string][] =>
  words.split(' ').map((word, at) => [word, `${at + from}${end}`]);
const ordinal = ['th', 'st', 'nd', 'rd'];
/** None of one: it is a word of its own as often (Capital One). */
const cardinals = new Map(
  listOf(
    'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen',
    2,
  ),
);
const ordinals = new Map(
  listOf('first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth', 1).map(
    ([word, number]) => [word, `${number}${ordinal[Number(number)] ?? 'th'}`],
  ),
);
const tens = new Map(
  listOf('twenty thirty forty fifty sixty seventy eighty ninety', 2, '0').concat([['fourty', '40']]),
);
/** These are no words and no initials. */
const plainRoman = /^(?:iii?|viii?|xiii?)$/;
/** What is counted: behind these a letter alone is a numeral. Elsewhere it is as often what is left of N.V. or of a town. */
const counted =
  /^(?:funds?|fonds?|fonde|fondo|trust|partners?|capital|investors?|investments?|ventures?|holdings?|equity|growth|opportunit(?:y|ies)|acquisitions?|propert(?:y|ies)|realty|associates|phase|series?|class|terminal|gate|wing|ward|chapter|unit|store|shop|school|lodge|squadron|plant|block|building|tower|section|district|region|zone|area|hall|club|court)$/;

/** `Brigade Forty-Four` -> `brigade 44`, `First Bank` -> `1st bank`. */
function writtenNumbers(words: string[]): string[] {
  return words.flatMap((word, at) => {
    const ten = tens.get(word);
    const unit = (of: string | undefined) =>
      of === 'one' ? '1' : (cardinals.get(of ?? '') ?? (/^[1-9]$/.test(of ?? '') ? of : undefined));
    if (ten !== undefined) {
      const next = unit(words[at + 1]);
      return [next?.length === 1 ? `${ten[0]}${next}` : ten];
    }
    if (at > 0 && tens.has(words[at - 1] as string) && unit(word)?.length === 1) return [];
    return [cardinals.get(word) ?? ordinals.get(word) ?? word];
  });
}

/** `Fund II` -> `fund 2`, `Store #012` and `Store No. 12` -> `store 12`. A roman numeral of one letter is one at the end only, behind what is counted. */
function plainNumbers(words: string[]): string[] {
  const last = words.length - 1;
  if (!romans.has(words[last] as string) && !words.some((word) => /\d/.test(word) || plainRoman.test(word)))
    return words;
  return words.flatMap((word, at) => {
    const next = words[at + 1] ?? '';
    if (/^(?:no|nr|num|number|nomor|nummer)$/.test(word) && /^\d/.test(next)) return [];
    const isRoman = plainRoman.test(word) || (at === last && (word.length > 1 || counted.test(words[at - 1] ?? '')));
    if (at > 0 && isRoman) return [romans.get(word) ?? word.replace(/^0+(?=\d)/, '')];
    return [word.replace(/^0+(?=\d)/, '')];
  });
}

/** Societate comerciala stands in front of a Romanian name that ends with one of these. */
const romanian = new Set(['srl', 'sa', 'snc', 'scs', 'sca']);

export type CompanyName = { core: string | null; form: string | null };

/** Between two names of one company: `Smith Holdings LLC dba Joe's Pizza`, `Acme Energy (formerly Zenith)`. */
const aliases =
  / (?:dba|d b a|doing business as|t a|trading as|aka|a k a|also known as|fka|f k a|formerly(?: known as)?|previously) /;
/** Stands between the names in `core`. */
export const alias = ' aka ';

/** What stands in place of a company where there is none: it says nothing, whoever shares it. */
const buckets = new Set(
  `individual|individuals|private individual|private person|self employed|selfemployed|self|freelance|freelancer|sole trader|sole proprietor|retired|unemployed|student|homemaker
  |household|households|personal|personal account|person account|private|no company|no account|no company name|not applicable|unknown company|unknown account|company name|company
  |walk in|walk in customer|cash customer|cash sale|guest|consumer|customer|house account|misc|miscellaneous|various|other|general public|default account
  |privatperson|privatkunde|privatkunden|privatpersonen|selbstandig|selbststandig|freiberufler|personne physique|particulier|particuliers|independant|sans societe
  |persona fisica|particular|particulares|autonomo|pessoa fisica|privato|privati|libero professionista|zzp|zelfstandig|osoba fizyczna|osoba prywatna|perorangan|pribadi|физическое лицо|физлицо|частное лицо|個人|个人|개인`
    .split('|')
    .map((one) => one.trim()),
);
/** A family is no company, and its name is that of many. */
const household =
  /^(?:the )?\S.* (?:household|households|family account|haushalt|hogar|huishouden)$|^(?:haushalt|hogar|foyer|huishouden) /;

/** A form written into the name: `SiemensAG`, `Grupo MartinS.A.`. */
const runTogether =
  /^([^ ]*\p{Ll}{2})(AG|GmbH|SE|KG|SA|NV|BV|Inc|LLC|Ltd|SpA|SRL|AB|Oy|AS|PLC)\.?$|(?<=\p{Ll}{2})((?:S\.?A\.?R\.L|S\.A\.S|S\.A|S\.p\.A|S\.r\.l|S\.L|B\.V|N\.V)\.?)$/u;
/** In front of a Danish name the stroke tells it from initials. */
const danish = /^A\/S (?=\p{L})(.*)$/u;

/**
 * `Acme & Sons Holdings, Inc.` -> core `acme and sons holdings`, form `inc`. A name that is only a form keeps it. Two names of one
 * company are kept with `alias` between them, under the form of the first.
 */
export function companyName(value: string | null): CompanyName {
  const text = clean(value);
  const folded =
    text === null
      ? null
      : fold(withoutMarker(text).replace(runTogether, '$1 $2$3').replace(danish, '$1 A/S').replace(/[&+]/g, ' and '));
  if (!folded || buckets.has(folded) || household.test(folded)) return { core: null, form: null };
  const names = folded.split(aliases).map(oneName);
  return { core: latin(names.map(({ core }) => core).join(alias)), form: names[0]?.form ?? null };
}

/** Between the names of partners, as `&` is. */
const between = new Set('and und et og och'.split(' '));

function oneName(folded: string): CompanyName {
  let words = folded
    .replace(/^(株式会社|有限会社|合同会社)|(株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司)$/u, ' $& ')
    .trim()
    .split(' ')
    .filter(Boolean);
  const found: string[] = [];
  const misspelt = formMisspelt(words);
  if (misspelt) {
    words = words.slice(0, -misspelt.words.length);
    found.push(misspelt.short);
  }
  while (words.length > 1) {
    if (words[0] === 'the') {
      words.shift();
      continue;
    }
    const front = formInFront(words);
    const form = front ?? formBehind(words);
    if (form === undefined) break;
    words = front ? words.slice(front.words.length) : words.slice(0, -form.words.length);
    found.push(form.short);
  }
  if (words[0] === 'sc' && words.length > 1 && found.some((form) => romanian.has(form))) words.shift();
  words = plainNumbers(writtenNumbers(words));
  const meant = words.map(meaningOf).filter(Boolean);
  if (meant.some((word) => word.length > 1)) words = meant;
  return {
    core: words
      .filter((word, at) => at === 0 || !between.has(word))
      .join(' ')
      .replace(/^and (?=.)/, ''),
    form: found.sort().join(' ') || null,
  };
}
