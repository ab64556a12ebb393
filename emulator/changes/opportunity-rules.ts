/** What follows from an opportunity's stage, and the history row each change of its forecast leaves. */
import type { FieldValue } from '../change.ts';
import type { SqlRow } from '../org/database.ts';
import { quoteText } from '../org/sql.ts';
import type { Batch } from './batch.ts';
import type { ObjectRules } from './object-rules.ts';

type Fields = Record<string, FieldValue>;

interface Stage {
  Probability: number;
  ForecastCategory: string;
}

/** The stages of a new org with their defaults. */
const stages: Partial<Record<string, Stage>> = {
  Prospecting: { Probability: 10, ForecastCategory: 'Pipeline' },
  Qualification: { Probability: 10, ForecastCategory: 'Pipeline' },
  'Needs Analysis': { Probability: 20, ForecastCategory: 'Pipeline' },
  'Value Proposition': { Probability: 50, ForecastCategory: 'Pipeline' },
  'Id. Decision Makers': { Probability: 60, ForecastCategory: 'Pipeline' },
  'Perception Analysis': { Probability: 70, ForecastCategory: 'Pipeline' },
  'Proposal/Price Quote': { Probability: 75, ForecastCategory: 'Pipeline' },
  'Negotiation/Review': { Probability: 90, ForecastCategory: 'Pipeline' },
  'Closed Won': { Probability: 100, ForecastCategory: 'Closed' },
  'Closed Lost': { Probability: 0, ForecastCategory: 'Omitted' },
};

const watched = ['Amount', 'Probability', 'StageName', 'CloseDate'];

function derive(fields: Fields): Fields {
  const name = fields.StageName;
  const stage = typeof name === 'string' ? stages[name] : undefined;
  if (!stage) return fields;
  return { ...stage, IsClosed: String(name).startsWith('Closed'), IsWon: name === 'Closed Won', ...fields };
}

async function read({ write }: Batch, ids: string[]): Promise<SqlRow[]> {
  return write.rows(`/* change.forecast */ select "Id", "Amount", "Probability", "StageName", cast("CloseDate" as varchar) as "CloseDate"
    from org."Opportunity" where "Id" in (${ids.map(quoteText).join(', ')}) order by "Id"`);
}

/** One row of history per opportunity, with its values and stamp of now and the amount and date it had. */
async function writeHistory(batch: Batch, changed: { id: string; before: SqlRow | null }[]): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(({ id, before }) => {
    const amount = before?.Amount === null || before?.Amount === undefined ? 'null' : String(before.Amount);
    const closed = before?.CloseDate ? quoteText(String(before.CloseDate)) : 'null';
    return `(${quoteText(batch.org.mint.mint('008'))}, ${quoteText(id)}, cast(${amount} as double), cast(${closed} as date))`;
  });
  batch.counts.history += await batch.write.run(`/* change.history */ insert into org."OpportunityHistory"
    ("Id", "OpportunityId", "StageName", "Amount", "ExpectedRevenue", "CloseDate", "Probability", "ForecastCategory",
      "PrevAmount", "PrevCloseDate", "CreatedById", "CreatedDate", "LastModifiedDate", "SystemModstamp", "IsDeleted")
    select v.id, o."Id", o."StageName", o."Amount", o."Amount" * o."Probability" / 100, o."CloseDate", o."Probability",
      o."ForecastCategory", v.amount, v.closed, o."LastModifiedById", o."SystemModstamp", o."SystemModstamp", o."SystemModstamp", false
    from (values ${rows.join(', ')}) as v(id, opportunity, amount, closed) join org."Opportunity" o on o."Id" = v.opportunity`);
}

export const opportunityRules: ObjectRules = {
  derive,
  inserted: (batch, ids) =>
    writeHistory(
      batch,
      ids.map((id) => ({ id, before: null })),
    ),
  remember: read,
  updated: async (batch, before) => {
    const after = new Map(
      (
        await read(
          batch,
          before.map(({ Id }) => String(Id)),
        )
      ).map((row) => [row.Id, row]),
    );
    const changed = before.filter((row) => watched.some((name) => row[name] !== after.get(row.Id)?.[name]));
    await writeHistory(
      batch,
      changed.map((row) => ({ id: String(row.Id), before: row })),
    );
  },
};
