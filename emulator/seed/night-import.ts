// Turns an org into the damage of one bad partner import: hollow accounts, and contacts that are broken or already there.
import type { Change } from './night-change.ts';
import { brandWords, sectors } from './company-names.ts';
import { breakEmail, placeholderNames, placeholderPhones } from './damage.ts';
import { typo } from './misspell.ts';
import type { ObjectSample, Row } from './night-read.ts';
import { peopleNames } from './people-names.ts';
import type { Random } from './random.ts';

/** New accounts as a share of those there: enough to pull every account score down in one night. */
const accountShare = 0.135;
const contactShare = 0.08;

export interface Importer {
  /** Who the records say made them, where the org records that. */
  createdById: string | null;
  ownerId: string | null;
}

/** Picks the user an import runs as: one named for it, else one who left; owners who left are the usual leftover. */
export function findImporter(users: readonly Row[]): Importer {
  const named = users.find((user) => /import|integration/i.test(user.Name ?? ''));
  const gone = users.find((user) => user.IsActive === 'false');
  const any = named ?? gone ?? users[0];
  return { createdById: any?.Id ?? null, ownerId: gone?.Id ?? any?.Id ?? null };
}

export function* importAccounts(accounts: ObjectSample, importer: Importer, random: Random): Generator<Change> {
  for (let i = 0; i < Math.max(1, Math.round(accounts.count * accountShare)); i++) {
    const [word] = random.pick(sectors);
    const name = `${random.pick(brandWords)} ${random.pick(brandWords)} ${word}`;
    yield insert('Account', accounts, {
      Name: random.chance(0.5) ? name.toUpperCase() : name,
      Industry: random.chance(0.9) ? null : random.pick(placeholderNames),
      Phone: random.chance(0.6) ? null : random.pick(placeholderPhones),
      Website: random.chance(0.85) ? null : 'n/a',
      BillingStreet: random.chance(0.9) ? null : 'n/a',
      BillingCity: null,
      BillingState: null,
      BillingPostalCode: random.chance(0.8) ? null : '00000',
      BillingCountry: random.chance(0.5) ? null : 'n/a',
      OwnerId: importer.ownerId,
      CreatedById: importer.createdById,
      LastModifiedById: importer.createdById,
    });
  }
}

/** Half are people the org knows, typed again; half are new people with addresses no server takes. */
export function* importContacts(
  contacts: ObjectSample,
  accounts: ObjectSample,
  importer: Importer,
  random: Random,
): Generator<Change> {
  if (contacts.rows.length === 0) return;
  const { given, surnames } = peopleNames.US;
  for (let i = 0; i < Math.max(2, Math.round(contacts.count * contactShare)); i++) {
    const known = i % 2 === 0 ? random.pick(contacts.rows) : null;
    const first = known ? known.FirstName : random.pick(given);
    const last = known?.LastName ?? random.pick(surnames);
    const email = known?.Email || `${first}.${last}@example.com`.toLowerCase();
    yield insert('Contact', contacts, {
      FirstName: first || null,
      LastName: known && random.chance(0.4) ? typo(last, random) : last,
      Email: known && random.chance(0.5) ? email : breakEmail(email, random),
      Phone: known && random.chance(0.6) ? known.Phone || null : random.pick(placeholderPhones),
      Title: null,
      AccountId: known
        ? known.AccountId || null
        : accounts.rows.length > 0
          ? (random.pick(accounts.rows).Id ?? null)
          : null,
      OwnerId: importer.ownerId,
      CreatedById: importer.createdById,
      LastModifiedById: importer.createdById,
    });
  }
}

/** Keeps the fields the org has. */
export function insert(
  sobject: string,
  sample: ObjectSample,
  fields: Readonly<Record<string, string | number | boolean | null>>,
): Change {
  return {
    op: 'insert',
    sobject,
    fields: Object.fromEntries(Object.entries(fields).filter(([column]) => sample.columns.has(column))),
  };
}
