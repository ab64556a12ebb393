/** The kinds of repair: which faults there are now, as a select each, and what their repair is among the steps from raw to clean. */
import type { Fix } from '../../metrics/fact.ts';
import type { FixKind } from '../../model/fix.ts';

export type RecordFault = {
  kind: string;
  connectionId: string;
  subject: string;
  object: string;
  recordIds: string[];
  ruleIds: string[];
  ownerId: string | null;
  currency: string | null;
};

export type Kind = {
  name: FixKind;
  fact: string;
  /** What the repair is among the steps from raw to clean; null: nobody knows beforehand what it will be. */
  fix: Fix | null;
  /** SQL over `f` of the subject of a row of the fact. */
  subject: string;
  /** A select of the columns of a fault. */
  faults: string;
  /** Column of the rows that has the ids of its records; left out: they are the rows themselves. */
  record?: string;
  /** Why none is priced, or what is not. */
  notPriced?: string;
};

/** Of a select of faults, in their order. */
export const faultColumns = 'connection_id, subject, object, record_ids, rule_ids, owner_id, currency';
const copies = (table: string, key: string, id: string, object: string, rule: string, currency: string) => `
  select (array_agg(connection_id order by counts_in_clean desc, ${id}))[1] as connection_id, ${key} as subject, '${object}' as object,
    array_agg(${id} order by ${id}) as record_ids, array['${rule}'] as rule_ids,
    (array_agg(owner_id order by counts_in_clean desc, ${id}))[1] as owner_id, ${currency} as currency
  from unified.${table} where ${key} is not null group by ${key} having count(*) > 1`;

/** A deal without an account whose company its contacts or its lead name: which account it needs is known. */
const isOrphan = 'o.account_id is null and o.linked_account_key is not null';
const orphanRule = 'opportunity-account-missing';

export const kinds: readonly Kind[] = [
  {
    name: 'deal_copies',
    fact: 'opportunity',
    fix: 'deals',
    subject: 'f.deal_key',
    faults: copies(
      'fct_opportunity',
      'deal_key',
      'opportunity_id',
      'Opportunity',
      'opportunity-duplicate',
      'min(currency)',
    ),
  },
  {
    name: 'person_copies',
    fact: 'lead',
    fix: 'people',
    subject: 'f.person_key',
    faults: copies('fct_lead', 'person_key', 'lead_id', 'Lead', 'lead-duplicate', 'null::text'),
  },
  {
    name: 'account_copies',
    fact: 'opportunity',
    fix: 'accounts',
    subject: 'coalesce(f.account_key, f.linked_account_key)',
    record: 'account_id',
    notPriced: 'Only customers and revenue per customer are priced: other metrics of companies do not add up.',
    faults: `select min(connection_id) as connection_id, golden_key as subject, 'Account' as object,
      array_agg(salesforce_id order by salesforce_id) as record_ids, array['account-duplicate'] as rule_ids, null::text as owner_id, null::text as currency
      from unified.record_xref where entity = 'company' and object = 'Account' group by golden_key having count(*) > 1`,
  },
  {
    name: 'orphan_deal',
    fact: 'opportunity',
    fix: 'links',
    subject: 'f.opportunity_id',
    faults: `select o.connection_id, o.opportunity_id as subject, 'Opportunity' as object, array[o.opportunity_id] as record_ids,
      array[q.rule_id] as rule_ids, o.owner_id, o.currency
      from unified.fct_opportunity o join quality.finding q on q.connection_id = o.connection_id and q.record_id = o.opportunity_id
      where ${isOrphan} and q.rule_id = '${orphanRule}' and q.closed_at is null and not q.is_waived`,
  },
  {
    name: 'stale_deal',
    fact: 'opportunity',
    fix: 'stale',
    subject: 'f.opportunity_id',
    faults: `select connection_id, opportunity_id as subject, 'Opportunity' as object, array[opportunity_id] as record_ids,
      string_to_array(stale_reason, ', ') as rule_ids, owner_id, currency
      from unified.fct_opportunity
      where is_stale and counts_in_clean and not is_closed and forecast_category is distinct from 'Omitted'`,
  },
  {
    name: 'missing_value',
    fact: 'opportunity',
    fix: null,
    subject: 'f.opportunity_id',
    notPriced: 'Nobody knows the value before it is there.',
    faults: `select q.connection_id, q.record_id || ' ' || q.rule_id as subject, q.object, array[q.record_id] as record_ids,
      array[q.rule_id] as rule_ids, q.owner_id, o.currency
      from quality.finding q join unified.fct_opportunity o on o.connection_id = q.connection_id and o.opportunity_id = q.record_id
      where q.object = 'Opportunity' and q.dimension = 'completeness' and q.field is not null and q.closed_at is null and not q.is_waived
        and not (q.rule_id = '${orphanRule}' and ${isOrphan})`,
  },
];
