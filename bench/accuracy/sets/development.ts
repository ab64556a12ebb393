/** The development sets as found in the data folder: which column is what, and where the truth is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLabelled, type DataSet } from '../data-set.ts';

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
      { name, entity: 'person', id: 'row', map: { ...contact, street: 'address' }, splinkModel: 'home_address' },
      { file: `${name}/records.csv`, truth: 'true_cluster' },
    ),
  ),
  given(
    {
      name: 'crm_10k_people',
      entity: 'person',
      id: 'record_id',
      map: { ...contact, title: 'title', street: 'street', website: 'website' },
    },
    { file: 'crm_10k/people.csv', truth: 'true_person_id', drop: ['true_company_id'] },
  ),
  given(
    {
      name: 'crm_10k_accounts',
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
      entity: 'company',
      id: 'id',
      map: { name: 'name', street: 'address', city: 'city' },
      compare: { cuisine: 'category' },
    },
    { file: 'restaurant_864/records.csv', truth: 'true_cluster' },
  ),
];
