/** One phone number on people, or companies, that have nothing else in common: SQL that several rules share. */

/** The last nine digits: with and without the code of the country they are the same. Null where there are fewer than seven. */
const digits = (phone: string) =>
  `case when length(regexp_replace(${phone}, '[^0-9]', '', 'g')) >= 7 then right(regexp_replace(${phone}, '[^0-9]', '', 'g'), 9) end`;

const goldenId = (entity: string, object: string, connection: string, id: string) =>
  `(select x.golden_id from golden.crosswalk x where x.entity = '${entity}' and x.object = '${object}'
    and x.connection_id = ${connection} and x.id = ${id})`;

/** Copies of a company, and those under one parent, are one. */
const companyOf = (account: string, id: string) =>
  `coalesce(${goldenId('company', 'Account', `${account}.connection_id`, id)}, ${id})`;

type Shared = {
  /** Columns of `r` that hold numbers. */
  columns: readonly string[];
  /** SQL of a row for each number: connection_id, phone, who (what it belongs to) and apart (what must differ as well). */
  rows: string;
};

/** Whether a number of the record is on `:count` others at least that differ in who they are and in what they belong to. */
const isShared = ({ columns, rows }: Shared) =>
  columns
    .map(
      (column) => `(r.connection_id, ${digits(`r.${column}`)}) in (select n.connection_id, n.phone from (${rows}) n
    where n.phone is not null group by 1, 2 having count(distinct n.who) >= :count and count(distinct n.apart) >= :count)`,
    )
    .join('\n    or ');

export const sharedByContacts = isShared({
  columns: ['phone', 'mobile_phone'],
  rows: `select c.connection_id, ${digits('v.phone')} as phone, coalesce(${goldenId('person', 'Contact', 'c.connection_id', 'c.id')}, c.id) as who,
      ${companyOf('c', 'coalesce(a.parent_id, c.account_id)')} as apart
    from standard.contact c cross join lateral (values (c.phone), (c.mobile_phone)) v (phone)
    left join standard.account a on a.connection_id = c.connection_id and a.id = c.account_id
    where c.is_deleted is not true and c.account_id is not null and v.phone is not null`,
});

export const sharedByLeads = isShared({
  columns: ['phone', 'mobile_phone'],
  rows: `select l.connection_id, ${digits('v.phone')} as phone, coalesce(${goldenId('person', 'Lead', 'l.connection_id', 'l.id')}, l.id) as who,
      coalesce(${goldenId('company', 'Lead', 'l.connection_id', 'l.id')}, lower(l.company)) as apart
    from standard.lead l cross join lateral (values (l.phone), (l.mobile_phone)) v (phone)
    where l.is_deleted is not true and l.company is not null and v.phone is not null`,
});

export const sharedByAccounts = isShared({
  columns: ['phone'],
  rows: `select a.connection_id, ${digits('a.phone')} as phone, a.id as who, ${companyOf('a', 'coalesce(a.parent_id, a.id)')} as apart
    from standard.account a where a.is_deleted is not true and a.phone is not null`,
});

/** Parameters of such a rule. */
export const sharedCount = (what: string) => ({
  count: {
    type: 'number' as const,
    unit: what,
    default: 3,
    min: 2,
    max: 1000,
    description: `Unrelated ${what} with one number, from which it belongs to none of them`,
  },
});
