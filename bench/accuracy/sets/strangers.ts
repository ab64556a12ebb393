/** Files of strangers in other languages: records by Faker for Python, slips by gecko, neither of which knows the engine. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from '../../peers/folders.ts';
import type { CanonicalField, DataSet } from '../data-set.ts';

type Kind = {
  entity: DataSet['entity'];
  /** In the order of the columns. */
  fields: readonly (CanonicalField | 'house')[];
};

const person = (fields: Kind['fields']): Kind => ({ entity: 'person', fields });
const company = (fields: Kind['fields']): Kind => ({ entity: 'company', fields });

const kinds = {
  full: person(['first_name', 'last_name', 'email', 'phone', 'street', 'postal_code', 'city', 'birth_date']),
  contacts: person(['first_name', 'last_name', 'email', 'phone']),
  town: person(['full_name', 'city']),
  names: person(['full_name']),
  born: person(['full_name', 'birth_date', 'city']),
  comma: person(['full_name', 'street', 'postal_code', 'city']),
  number: person(['first_name', 'last_name', 'street', 'house', 'postal_code', 'city']),
  families: person(['first_name', 'last_name', 'email', 'phone', 'street', 'city']),
  firms: company(['name', 'website', 'phone', 'street', 'postal_code', 'city']),
  firm_town: company(['name', 'city']),
  firm_names: company(['name']),
} as const;

const files: readonly [locale: string, kind: keyof typeof kinds, rows: number, share: number][] = [
  ['de_DE', 'full', 400, 0],
  ['de_DE', 'families', 300, 20],
  ['fr_FR', 'comma', 300, 20],
  ['fr_FR', 'firms', 300, 25],
  ['es_ES', 'names', 300, 20],
  ['es_ES', 'families', 300, 0],
  ['nl_NL', 'comma', 300, 20],
  ['pl_PL', 'born', 500, 20],
  ['pt_BR', 'town', 300, 20],
  ['tr_TR', 'families', 300, 20],
  ['tr_TR', 'contacts', 2000, 2],
  ['it_IT', 'number', 300, 20],
  ['sv_SE', 'firm_town', 300, 20],
  ['en_US', 'firm_names', 2000, 2],
  ['de_DE', 'firm_names', 2000, 20],
  ['da_DK', 'firm_names', 300, 20],
  ['fi_FI', 'firm_names', 2000, 0],
  ['cs_CZ', 'town', 300, 0],
  ['ru_RU', 'full', 400, 25],
  ['en_GB', 'full', 30, 20],
];

export const strangerSets: readonly DataSet[] = files.map(([locale, kind, rows, share]) => {
  const { entity, fields } = kinds[kind];
  return {
    name: `${locale.toLowerCase()}_${kind}_${rows}_${share}`,
    kind: 'stranger',
    madeBy: 'Faker (Python), gecko',
    entity,
    id: 'id',
    map: Object.fromEntries(fields.filter((field) => field !== 'house').map((field) => [field, field])),
    ...(fields.some((field) => field === 'house') ? { compare: { house: 'text' as const } } : {}),
    rowCount: rows,
    load: async ({ seed }) => {
      const python = findPython('sets');
      if (python === null)
        return { reason: 'Faker and gecko are not installed; `npm run bench -- setup` installs them' };
      const script = join(import.meta.dirname, '..', 'strangers.py');
      const words = [script, locale, kind, ...[rows, share, seed].map(String)];
      const { stdout } = await promisify(execFile)(python, words, { maxBuffer: 1 << 26 });
      const made = JSON.parse(stdout) as { rows: string[][]; truth: string[] };
      return { columns: ['id', ...fields], ...made };
    },
  };
});
