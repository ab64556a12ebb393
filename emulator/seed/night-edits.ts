// Turns sampled rows into an ordinary night's edits: a stage moves, an amount changes, somebody gets a new title or number.
import { dateText, dayMs } from './days.ts';
import type { FieldValue } from './night-change.ts';
import type { ObjectSample, Row } from './night-read.ts';
import type { Random } from './random.ts';

export type Fields = Record<string, FieldValue>;

const titles = [
  'VP Sales',
  'Director of Operations',
  'Finance Manager',
  'Head of Procurement',
  'IT Manager',
  'Chief Operating Officer',
];
const phone = (random: Random) =>
  `(${random.pick(['512', '303', '617'])}) ${random.pick(['3', '4', '6'])}${random.digits(2)}-${random.digits(4)}`;

/** What may change on an object, by column; only columns the org has are used. */
const editable: Readonly<Record<string, Readonly<Record<string, (row: Row, random: Random) => string | number>>>> = {
  Account: {
    Phone: (_, random) => phone(random),
    NumberOfEmployees: (row, random) =>
      Math.max(1, Math.round(Number(row.NumberOfEmployees || 20) * random.between(0.8, 1.4)) + 1),
  },
  Contact: { Title: (row, random) => other(titles, row.Title, random), Phone: (_, random) => phone(random) },
  Lead: {
    Title: (row, random) => other(titles, row.Title, random),
    Status: (row, random) => other(['Working - Contacted', 'Closed - Not Converted', 'Qualified'], row.Status, random),
  },
};

function other(list: readonly string[], present: string | undefined, random: Random): string {
  return random.pick(list.filter((item) => item !== present));
}

/** One changed field, or none if the org has no column that people edit. */
export function editFields(sobject: string, row: Row, sample: ObjectSample, random: Random): Fields {
  // A converted lead can't be edited in Salesforce.
  if (row.IsConverted === 'true') return {};
  const choices = Object.entries(editable[sobject] ?? {}).filter(([column]) => sample.columns.has(column));
  if (choices.length === 0) return {};
  const [column, change] = random.pick(choices);
  return { [column]: change(row, random) };
}

/** What each stage means in this org, learnt from its own rows: picklists differ between orgs. */
export class StageBook {
  private readonly stages = new Map<string, Row>();

  learn(row: Row): void {
    if (row.StageName && !this.stages.has(row.StageName)) this.stages.set(row.StageName, row);
  }

  /** The stage after the row's own by probability, closed stages last; lost as likely as won. */
  next(row: Row, random: Random): Row | null {
    const open = [...this.stages.values()].filter(
      (stage) => stage.IsClosed !== 'true' && Number(stage.Probability) > Number(row.Probability),
    );
    open.sort((a, b) => Number(a.Probability) - Number(b.Probability));
    const closed = [...this.stages.values()].filter((stage) => stage.IsClosed === 'true');
    return open[0] ?? (closed.length > 0 ? random.pick(closed) : null);
  }

  first(): Row | null {
    const open = [...this.stages.values()].filter((stage) => stage.IsClosed !== 'true');
    return open.sort((a, b) => Number(a.Probability) - Number(b.Probability))[0] ?? null;
  }
}

const stageColumns = ['StageName', 'Probability', 'ForecastCategory', 'ForecastCategoryName', 'IsClosed', 'IsWon'];

/** The stage with all that follows from it, as the columns of the org tell it. */
export function stageFields(stage: Row, sample: ObjectSample): Fields {
  const fields: Fields = {};
  for (const column of stageColumns) {
    const text = stage[column];
    if (!sample.columns.has(column) || text === undefined) continue;
    fields[column] = column === 'Probability' ? Number(text) : text === 'true' || (text === 'false' ? false : text);
  }
  return fields;
}

export function editDeal(row: Row, sample: ObjectSample, stages: StageBook, now: number, random: Random): Fields {
  if (row.IsClosed === 'true' || !sample.columns.has('StageName'))
    return sample.columns.has('Amount') ? { Amount: changedAmount(row, random) } : {};
  const kind = random.weighted({ stage: 60, amount: 20, push: 20 });
  const next = stages.next(row, random);
  if (kind === 'stage' && next) {
    const closes: Fields =
      next.IsClosed === 'true' && sample.columns.has('CloseDate') ? { CloseDate: dateText(now) } : {};
    return { ...stageFields(next, sample), ...closes };
  }
  if (kind === 'push' && sample.columns.has('CloseDate'))
    return { CloseDate: dateText(now + random.int(20, 90) * dayMs) };
  return sample.columns.has('Amount') ? { Amount: changedAmount(row, random) } : {};
}

function changedAmount(row: Row, random: Random): number {
  return Math.round(Number(row.Amount || 5000) * random.between(0.8, 1.3) * 100 + 1) / 100;
}
