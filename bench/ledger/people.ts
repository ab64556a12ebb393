/** What people do to an org in a night: repairs of the ledger's open fixes in several manners, and edits of records that no fix names. */
import type { Change } from '@assay/emulator/change.ts';
import { Random } from '@assay/emulator/seed/random.ts';

export type Deal = {
  id: string;
  amount: number | null;
  isClosed: boolean;
  isWon: boolean;
  category: string | null;
  accountId: string | null;
};
export type OpenFix = { id: string; kind: string; recordIds: string[]; ruleIds: string[] };

/** How a repair went, in the words of the report. */
export type Repair = { fix: OpenFix; manner: string; changes: Change[] };

type Night = { day: Date; deals: ReadonlyMap<string, Deal>; living: ReadonlySet<string>; random: Random };

const repairsOfNight = 6;
const editsOfNight = 6;

/** A few repairs, of each kind by turns, and as many other edits. */
export function nightOf(
  fixes: readonly OpenFix[],
  { day, deals, living, random }: Night,
): { repairs: Repair[]; edits: Change[] } {
  const taken = new Set<string>();
  const repairs: Repair[] = [];
  const byKind = [...Map.groupBy(fixes, ({ kind }) => kind).values()];
  for (let turn = 0; repairs.length < repairsOfNight && turn < repairsOfNight * 3 && byKind.length > 0; turn += 1) {
    const own = byKind[turn % byKind.length]!;
    const fix = own[random.int(0, own.length - 1)]!;
    if (fix.recordIds.some((id) => taken.has(id))) continue;
    const repair = repairOf(fix, { day, deals, living, random });
    if (repair === null) continue;
    for (const id of fix.recordIds) taken.add(id);
    repairs.push(repair);
  }
  const named = new Set(fixes.flatMap(({ recordIds }) => recordIds));
  const others = [...deals.values()].filter(({ id, isClosed }) => !named.has(id) && !isClosed);
  const edits = Array.from({ length: editsOfNight }, (): Change[] => {
    const deal = others.length === 0 ? null : others[random.int(0, others.length - 1)]!;
    if (deal === null || taken.has(deal.id) || random.chance(0.2)) return [newDeal(day, random)];
    taken.add(deal.id);
    if (random.chance(0.4)) return [closed(deal.id, day, random.chance(0.5))];
    return [update(deal.id, day, { Amount: Math.round((deal.amount ?? 1_000) * random.between(0.5, 2)) })];
  });
  return { repairs, edits: edits.flat() };
}

const at = (day: Date) => new Date(day.getTime() - 3_600_000).toISOString();
const update = (id: string, day: Date, fields: Record<string, string | number | boolean>): Change => ({
  op: 'update',
  sobject: 'Opportunity',
  id,
  fields,
  at: at(day),
});
const closed = (id: string, day: Date, isWon: boolean): Change =>
  update(id, day, {
    StageName: isWon ? 'Closed Won' : 'Closed Lost',
    IsClosed: true,
    IsWon: isWon,
    ForecastCategory: isWon ? 'Closed' : 'Omitted',
    CloseDate: day.toISOString().slice(0, 10),
  });
const newDeal = (day: Date, random: Random): Change => ({
  op: 'insert',
  sobject: 'Opportunity',
  at: at(day),
  fields: {
    Name: `Fresh need ${random.int(1, 1_000_000_000)}`,
    StageName: 'Prospecting',
    Amount: random.int(1_000, 90_000),
    ForecastCategory: 'Pipeline',
    NextStep: 'Call',
    CloseDate: new Date(day.getTime() + 60 * 86_400_000).toISOString().slice(0, 10),
  },
});

/** Null: nobody does such a one by a change of records. */
function repairOf(fix: OpenFix, { day, deals, living, random }: Night): Repair | null {
  const done = (manner: string, ...changes: Change[]): Repair => ({ fix, manner, changes });
  // Of a group that was merged in part the others are left.
  const left = fix.recordIds.filter((id) => living.has(id));
  const [first, ...losers] = left;
  if (first === undefined || (fix.kind.endsWith('_copies') && losers.length === 0)) return null;
  switch (fix.kind) {
    case 'deal_copies': {
      // Who deletes copies rarely looks which of them the survivor was chosen from.
      const kept = random.chance(0.7) ? first : left[random.int(0, left.length - 1)]!;
      const gone = left.filter((id) => id !== kept);
      const manner = kept === first ? 'the others deleted' : 'another kept';
      return done(manner, ...gone.map((id): Change => ({ op: 'delete', sobject: 'Opportunity', id, at: at(day) })));
    }
    case 'person_copies':
    case 'account_copies': {
      const sobject = fix.kind === 'person_copies' ? 'Lead' : 'Account';
      return done('merged', {
        op: 'merge',
        sobject,
        masterId: first,
        // Salesforce merges three at once.
        mergeIds: losers.slice(0, 2),
        at: at(day),
      });
    }
    case 'stale_deal': {
      const draw = random.next();
      if (draw < 0.4) return done('closed as lost', closed(first, day, false));
      if (draw < 0.55) return done('closed as won', closed(first, day, true));
      const soon = new Date(day.getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
      const alive = {
        CloseDate: soon,
        NextStep: 'Call',
        StageName: draw < 0.8 ? 'Negotiation/Review' : 'Proposal/Price Quote',
      };
      if (draw < 0.9) return done('kept alive', update(first, day, alive));
      const amount = Math.round((deals.get(first)?.amount ?? 1_000) * random.between(0.4, 0.9));
      return done('kept alive, for less', update(first, day, { ...alive, Amount: amount }));
    }
    case 'orphan_deal': {
      const owners = [...deals.values()].flatMap(({ accountId }) => (accountId === null ? [] : [accountId]));
      if (owners.length === 0) return null;
      return done('given an account', update(first, day, { AccountId: owners[random.int(0, owners.length - 1)]! }));
    }
    case 'missing_value':
      return fix.ruleIds.some((rule) => rule.includes('amount'))
        ? done('filled', update(first, day, { Amount: random.int(1_000, 50_000) }))
        : null;
    default:
      return null;
  }
}
