/** A seeded org and people it does not know become a list as a trade show hands it over, each row with who it really is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { typo } from '@assay/emulator/seed/misspell.ts';
import { Random } from '@assay/emulator/seed/random.ts';

export const kinds = ['known', 'known with slips', 'opted out', 'new colleague', 'new stranger'] as const;
export type Kind = (typeof kinds)[number];
export const columns = [
  'First Name',
  'Last Name',
  'Email',
  'Phone',
  'Company',
  'Job Title',
  'City',
  'Country',
] as const;
type Person = Record<(typeof columns)[number], string>;
/** `entity` as the truth of the org has it; null: nobody it knows. */
export type ListRow = { kind: Kind; entity: string | null; optsOut: boolean; values: string[] };

const shares: Record<Kind, number> = {
  known: 0.35,
  'known with slips': 0.25,
  'opted out': 0.1,
  'new colleague': 0.15,
  'new stranger': 0.15,
};

type Csv = Record<string, string>;
const read = async (folder: string, name: string): Promise<Csv[]> =>
  parse(await readFile(join(folder, `${name}.csv`)), { columns: true, bom: true });

/** The people of an org by their records: `entity` of the truth, values as a list has them. */
export async function peopleOf(folder: string) {
  const [accounts, contacts, leads, truth] = await Promise.all(
    ['Account', 'Contact', 'Lead', 'truth'].map((name) => read(folder, name)),
  );
  const companies = new Map(accounts!.map((row) => [row.Id, row.Name ?? '']));
  const entities = new Map(truth!.map((row) => [row.Id!, row.entity!]));
  const living = (rows: Csv[]) => rows.filter(({ IsDeleted }) => IsDeleted !== 'true');
  const person = (row: Csv, company: string, city: string, country: string) => ({
    entity: entities.get(row.Id!)!,
    hasOptedOut: row.HasOptedOutOfEmail === 'true',
    person: {
      'First Name': row.FirstName ?? '',
      'Last Name': row.LastName ?? '',
      Email: row.Email ?? '',
      Phone: (row.MobilePhone || row.Phone) ?? '',
      Company: company,
      'Job Title': row.Title ?? '',
      City: city,
      Country: country,
    } satisfies Person,
  });
  return [
    ...living(contacts!).map((row) =>
      person(row, companies.get(row.AccountId) ?? '', row.MailingCity ?? '', row.MailingCountry ?? ''),
    ),
    ...living(leads!).map((row) => person(row, row.Company ?? '', row.City ?? '', row.Country ?? '')),
  ];
}

type Known = Awaited<ReturnType<typeof peopleOf>>[number];

/** @param strangers people of another org: nobody of them is in this one */
export function makeList(
  known: readonly Known[],
  strangers: readonly Known[],
  count: number,
  random: Random,
): ListRow[] {
  const usable = known.filter(
    ({ person }) => person['Last Name'] !== '' && (person.Email !== '' || person['First Name'] !== ''),
  );
  const outs = new Set(known.filter(({ hasOptedOut }) => hasOptedOut).map(({ entity }) => entity));
  const optedOut = usable.filter(({ entity }) => outs.has(entity));
  const rows = kinds.flatMap((kind) =>
    Array.from({ length: Math.round(count * shares[kind]) }, (): ListRow => {
      if (kind === 'new stranger') return row(kind, null, false, random.pick(strangers).person);
      if (kind === 'new colleague')
        return row(kind, null, false, colleague(random.pick(usable), random.pick(strangers)));
      const one = random.pick(kind === 'opted out' ? optedOut : usable);
      const hasSlips = kind === 'known with slips' || (kind === 'opted out' && random.chance(0.5));
      return row(kind, one.entity, outs.has(one.entity), hasSlips ? slipped(one.person, random) : one.person);
    }),
  );
  return rows
    .map((one) => ({ one, order: random.int(0, 1_000_000_000) }))
    .sort((a, b) => a.order - b.order)
    .map(({ one }) => one);
}

const row = (kind: Kind, entity: string | null, optsOut: boolean, person: Person): ListRow => ({
  kind,
  entity,
  optsOut,
  values: columns.map((column) => person[column]),
});

/** Another person, at the same company. */
function colleague({ person }: Known, other: Known): Person {
  const domain = person.Email.split('@')[1];
  const local = `${other.person['First Name'].slice(0, 1)}${other.person['Last Name']}`
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
  return {
    ...person,
    'First Name': other.person['First Name'],
    'Last Name': other.person['Last Name'],
    Email: domain && local ? `${local}@${domain}` : '',
    Phone: '',
    'Job Title': other.person['Job Title'],
  };
}

/** One or two slips of those that lists have: a letter, another mailbox, a field left out, another way to write a number. */
function slipped(person: Person, random: Random): Person {
  const found = { ...person };
  for (let at = 0; at < random.int(1, 2); at += 1) {
    const slip = random.pick([
      'last',
      'first',
      'initial',
      'mail',
      'no mail',
      'no phone',
      'digits',
      'no place',
      'case',
    ] as const);
    if (slip === 'last') found['Last Name'] = typo(found['Last Name'], random);
    if (slip === 'first') found['First Name'] = typo(found['First Name'], random);
    if (slip === 'initial' && found.Email !== '') found['First Name'] = found['First Name'].slice(0, 1);
    if (slip === 'mail' && found.Email !== '')
      found.Email = `${found['First Name']}.${found['Last Name']}${random.int(1, 99)}@gmail.com`
        .toLowerCase()
        .replaceAll(/[^a-z0-9.@]/g, '');
    if (slip === 'no mail' && found.Phone !== '') found.Email = '';
    if (slip === 'no phone') found.Phone = '';
    if (slip === 'digits') found.Phone = found.Phone.replaceAll(/[^\d+]/g, '');
    if (slip === 'no place') [found.City, found.Country] = ['', ''];
    if (slip === 'case') found['Last Name'] = found['Last Name'].toUpperCase();
  }
  return found;
}
