/** The development sets as found in the data folder: which column is what, and where the truth is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readColumns } from '../../csv.ts';
import { readLabelled, type DataSet, type Labelled } from '../data-set.ts';

type Place = { file: string; truth: string; drop?: string[] };

function given(set: Omit<DataSet, 'kind' | 'load'>, { file, truth, drop }: Place): DataSet {
  return {
    ...set,
    kind: 'development',
    load: async ({ data }) => {
      const path = join(data, file);
      if (!existsSync(path)) return { reason: `${path} is not there; give the data folder with --data` };
      return readLabelled(path, truth, drop);
    },
  };
}

const contact = {
  first_name: 'first_name',
  last_name: 'last_name',
  email: 'email',
  phone: 'phone',
  company: 'company',
  city: 'city',
  state: 'state',
  postal_code: 'zip',
};

export const developmentSets: readonly DataSet[] = [
  given(
    {
      name: 'splink_fake_1000',
      madeBy: 'Splink',
      entity: 'person',
      id: 'unique_id',
      map: { first_name: 'first_name', last_name: 'surname', birth_date: 'dob', city: 'city', email: 'email' },
      splinkModel: 'fake_1000',
    },
    { file: 'splink_fake_1000/records.csv', truth: 'cluster' },
  ),
  given(
    {
      name: 'febrl3',
      madeBy: 'Febrl',
      entity: 'person',
      id: 'rec_id',
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
    },
    { file: 'febrl3/records.csv', truth: 'true_cluster' },
  ),
  ...['dqbench_er_tier1', 'dqbench_er_tier2'].map((name) =>
    given(
      {
        name,
        madeBy: 'DQBench',
        entity: 'person',
        id: 'row',
        map: { ...contact, street: 'address' },
        splinkModel: 'home_address',
      },
      { file: `${name}/records.csv`, truth: 'true_cluster' },
    ),
  ),
  given(
    {
      name: 'crm_10k_people',
      madeBy: 'bench',
      entity: 'person',
      id: 'record_id',
      map: { ...contact, title: 'title', street: 'street', website: 'website' },
    },
    { file: 'crm_10k/people.csv', truth: 'true_person_id', drop: ['true_company_id'] },
  ),
  given(
    {
      name: 'crm_10k_accounts',
      madeBy: 'bench',
      entity: 'company',
      id: 'record_id',
      map: {
        name: 'name',
        website: 'website',
        phone: 'phone',
        street: 'street',
        city: 'city',
        state: 'state',
        postal_code: 'zip',
      },
      compare: { industry: 'category', employees: 'number' },
    },
    { file: 'crm_10k/accounts.csv', truth: 'true_company_id' },
  ),
  given(
    {
      name: 'rldata500',
      madeBy: 'RecordLinkage (R)',
      entity: 'person',
      id: 'rec_id',
      map: { first_name: 'fname_c1', last_name: 'lname_c1' },
      compare: { fname_c2: 'name', lname_c2: 'name', by: 'number', bm: 'number', bd: 'number' },
    },
    { file: 'rldata500/records.csv', truth: 'true_cluster' },
  ),
  given(
    {
      name: 'restaurant_864',
      madeBy: 'RIDDLE, real',
      entity: 'company',
      id: 'id',
      map: { name: 'name', street: 'address', city: 'city' },
      compare: { cuisine: 'category' },
    },
    { file: 'restaurant_864/records.csv', truth: 'true_cluster' },
  ),
  given(
    {
      name: 'census_841',
      madeBy: 'US Census (Winkler)',
      entity: 'person',
      id: 'id',
      map: { first_name: 'first_name', last_name: 'last_name', street: 'street' },
      compare: { middle_initial: 'name', house_number: 'category' },
      splinkModel: 'home_address',
    },
    { file: 'census_841/records.csv', truth: 'true_cluster', drop: ['url'] },
  ),
  given(
    { name: 'patstat_leuven', madeBy: 'KU Leuven, real', entity: 'company', id: 'person_id', map: { name: 'Name' } },
    { file: 'patstat_leuven/records.csv', truth: 'true_cluster', drop: ['Lat', 'Lng', 'Coauthor', 'Class'] },
  ),
  judgedPairs({ name: 'name_pairs_people', entity: 'person', map: { full_name: 'name' } }, 'person'),
  judgedPairs({ name: 'name_pairs_companies', entity: 'company', map: { name: 'name' } }, 'company'),
];

/** Two lists of names of which only the pairs side by side are judged. */
function judgedPairs(set: Pick<DataSet, 'name' | 'entity' | 'map'>, file: string): DataSet {
  return {
    ...set,
    madeBy: 'OpenSanctions',
    kind: 'development',
    id: 'id',
    source: 'source',
    load: async ({ data }) => {
      const folder = join(data, 'name_pairs');
      if (!existsSync(folder)) return { reason: `${folder} is not there; give the data folder with --data` };
      return readJudged(join(folder, `${file}.csv`), join(folder, `${file}_pairs.csv`));
    },
  };
}

async function readJudged(records: string, pairs: string): Promise<Labelled> {
  const judged: [string, string][] = [];
  const partnerOf = new Map<string, string>();
  await readColumns(pairs, ['id_l', 'id_r', 'is_match'], ([l = '', r = '', isMatch]) => {
    judged.push([l, r]);
    if (isMatch === 'true') partnerOf.set(r, l);
  });
  const rows: string[][] = [];
  await readColumns(records, ['id', 'source', 'name'], (row) => void rows.push([...row]));
  return {
    columns: ['id', 'source', 'name'],
    rows,
    truth: rows.map(([id = '']) => partnerOf.get(id) ?? id),
    judged,
  };
}
