/** The names of two companies, without their legal forms: by letters, then by how much of the rare words both have. */
import { comparison, type FieldComparison, believe } from '../comparison.ts';
import {
  all,
  any,
  type Condition,
  either,
  jaro,
  longer,
  not,
  neither,
  onlyOne,
  otherWords,
  related,
  same,
  sameButSpaces,
  sameOf,
  slip,
} from '../condition.ts';
import { isEverydayName } from '../../values/everyday-name.ts';
import { isPersonName } from '../../values/known-name.ts';
import { wordGrade } from '../words.ts';

const atOtherPlace: Condition = all(not(either('city')), not(jaro('city', 0.9)));

/** Each has a town of its own, or where that is not known a state; and no telephone, mailbox or website says that they are one. */
const elsewhere: Condition = all(
  any(atOtherPlace, all(either('city'), not(either('state')), not(same('state')))),
  not(any(same('postal_code'), same('phone'), same('email'), same('domain'))),
);

/** Of what else tells two companies apart something is filled, with some of the records at least. */
const hasMoreThanNames: Condition = (columns) => {
  const hasMore = ['phone', 'email', 'domain', 'street', 'city', 'postal_code', 'external_id'].some(
    (name) => columns.of(name).isFilled,
  );
  return () => hasMore;
};

const companyName = comparison({
  name: 'name',
  isKept: true,
  isName: true,
  columns: ['company'],
  rare: 'company',
  identifying: true,
  isOfHouse: true,
  blank: either('company'),
  graded: 'company',
  levels: {
    // A person with an account of their own, as many are called. In a list of names a name is all that anybody has.
    namesake: believe('same, the name of a person', 0.05, 0.001, {
      when: all(hasMoreThanNames, either('form'), sameOf('company', isPersonName)),
      bits: 3,
    }),
    everyday: believe('same, everyday words in another town', 0.02, 0.001, {
      when: all(sameOf('company', isEverydayName), elsewhere),
      bits: 3,
    }),
    same: believe('same', 0.55, 0.0003, { when: same('company'), rarity: 'full' }),
    sameButSpaces: believe('same but for spaces', 0.03, 0.00003, { when: sameButSpaces('company') }),
    otherNumber: believe('other number', 0.001, 0.001, { when: related('company', 'numbered'), bits: -40 }),
    sister: believe('another of one house', 0.01, 0.001, { when: related('company', 'sisters'), bits: 0 }),
    longer: believe('longer by what it does', 0.05, 0.001, { when: related('company', 'longer'), bits: 3 }),
    near: believe('near', 0.1, 0.0002, {
      when: all(longer('company', 5), jaro('company', 0.95), not(otherWords('company'))),
      rarity: 'half',
    }),
    sameWords: believe('same words', 0.08, 0.0001, { grade: wordGrade.same }),
    mostWords: believe('most words', 0.08, 0.0004, { grade: wordGrade.most }),
    wordsWithin: believe('words of one within the other', 0.06, 0.0006, { grade: wordGrade.within }),
    halfOfWords: believe('half of the words', 0.05, 0.004, { grade: wordGrade.half }),
    fewWords: believe('few words', 0.02, 0.02, { grade: wordGrade.few }),
    differs: believe('differs', 0.03, 0.97, { grade: wordGrade.none }),
  },
  // Of lists in which names of companies are equal by chance (telling-forms.ts).
  gates: [
    {
      from: 'same',
      through: 'same',
      bits: 20,
      only: ({ atPlaces }) => atPlaces?.copies === true,
      shut: all(same('city'), any(same('form'), neither('form'))),
      because: 'hardly two of one place are called so',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 4,
      isCeiling: true,
      only: ({ atPlaces }) => atPlaces?.chance === true,
      shut: all(same('city'), any(same('form'), neither('form'))),
      because: 'as many are equal by chance',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 3,
      isCeiling: true,
      only: ({ atPlaces }) => atPlaces?.elsewhere === true,
      shut: all(not(either('city')), not(slip('city'))),
      because: 'at different places are several',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 3,
      isCeiling: true,
      only: ({ atPlaces }) => atPlaces?.forms === true,
      shut: not(any(same('form'), neither('form'))),
      because: 'others of the name have other legal forms',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 20,
      only: ({ coincidence }) => coincidence?.keptApart === true,
      shut: any(same('form'), neither('form')),
      because: 'names are kept apart',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 4,
      isCeiling: true,
      only: ({ coincidence }) => coincidence?.noForm === true,
      shut: neither('form'),
      because: 'as many are equal by chance',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 4,
      isCeiling: true,
      only: ({ coincidence }) => coincidence?.sameForm === true,
      shut: same('form'),
      because: 'as many are equal by chance',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 0,
      only: ({ coincidence }) => coincidence !== undefined,
      shut: all(not(either('form')), not(same('form'))),
      because: 'another legal form',
      reads: 'company',
    },
    {
      from: 'same',
      through: 'same',
      bits: 3,
      only: ({ coincidence }) => coincidence?.bare === true,
      shut: onlyOne('form'),
      because: 'others of the name have other legal forms',
      reads: 'company',
    },
  ],
  bounds: [-6, 15],
});

export default { company: { order: 10, comparison: companyName } } satisfies FieldComparison;
