/** An opportunity as the deal matcher reads it, and the words and groups it is compared by. */
import { companyName } from '../values/company-name.ts';

export type Deal = {
  connection_id: string;
  id: string;
  /** Golden company, or person with an account of their own; null without an account. */
  company: string | null;
  name: string | null;
  amount: number | null;
  /** Days since 1970. */
  close_day: number | null;
  created_day: number | null;
  owner: string | null;
  type: string | null;
  lead_source: string | null;
  currency: string | null;
  outcome: 'won' | 'open' | 'lost' | null;
};

/** A deal with its name taken apart: what is kept of it to compare it with. */
export type KnownDeal = Omit<Deal, 'name'> & {
  /** The words of the name, as written but for case and marks. */
  title: string;
  /** Words that are not the company's own, in their order: what is sold. Empty where there are none. */
  subject_key: string;
};

export type NamedDeal = KnownDeal & {
  words: string[];
  subject: ReadonlySet<string>;
  /** Deals of one company that share it have the same name, however the company is written. */
  subjectKey: string;
};

/** @param companyNames every spelling of each golden company */
export function nameDeals(deals: readonly Deal[], companyNames: ReadonlyMap<string, readonly string[]>): NamedDeal[] {
  const owns = new Map<string, { words: ReadonlySet<string>; letters: ReadonlySet<string> }>();
  return deals.map(({ name, ...deal }) => {
    let own = deal.company === null ? none : owns.get(deal.company);
    if (own === undefined) {
      const names = companyNames.get(deal.company!) ?? [];
      own = { words: new Set(names.flatMap(wordsOfCompany)), letters: new Set(names.map(lettersOf)) };
      owns.set(deal.company!, own);
    }
    const { words, letters } = own;
    const sold = (name ?? '').split(between).flatMap((part) => {
      const rest = wordsOf(part).filter((word) => !words.has(word));
      // Its spaces slipped: "Lantern CometS tudios S.A.R.L." is Lantern Comet Studios.
      return rest.length > 0 && letters.size > 0 && letters.has(lettersOf(part)) ? [] : rest;
    });
    return named({ ...deal, title: wordsOf(name).join(' '), subject_key: [...new Set(sold)].sort().join(' ') });
  });
}

export function named(deal: KnownDeal): NamedDeal {
  const { title, subject_key: subjectKey } = deal;
  const wordsIn = (text: string) => (text === '' ? [] : text.split(' '));
  const subject = new Set(wordsIn(subjectKey));
  return { ...deal, words: wordsIn(title), subject, subjectKey: subjectKey || title };
}

const none = { words: new Set<string>(), letters: new Set<string>() };

/** What stands between the company and what is sold to it. */
const between = /\s[-–—/]\s|[|:;]/u;

/** A company's name without its legal form and its spaces. */
const lettersOf = (name: string): string => wordsOf(companyName(name).core).join('');

function wordsOf(text: string | null): string[] {
  return (
    (text ?? '')
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** As written, with its legal form, and run together, since deals are named after any of these. */
function wordsOfCompany(name: string): string[] {
  const words = wordsOf(name);
  const core = wordsOf(companyName(name).core);
  return [...words, ...core, words.join(''), core.join('')];
}
