// Turns won deals into the contracts they were signed with. Platform and Analytics run for a year, the rest is sold once.
import { addMonths, dateText, datetimeText, dayMs } from './days.ts';
import type { Group } from './group.ts';
import type { Term } from './metric-truth.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';
import { auditFields } from './rows.ts';

const recurringLines = new Set(['Platform', 'Analytics']);
const termMonths = 12;
/** A renewal signed so many days before or after the end of what it renews begins where that ends. */
const early = 300;
const late = 330;

export function makeContracts(group: Group, random: Random): Term[] {
  const endOf = new Map<string, number>();
  const terms: Term[] = [];
  for (const { line, type, deal, original, copies } of group.deals) {
    const closedAt = deal.steps.at(-1)?.closeOn;
    if (deal.outcome !== 'won' || closedAt === undefined) continue;
    const amount = Number(original.Amount);
    const closeDay = Math.floor(closedAt / dayMs) * dayMs;
    if (!recurringLines.has(line)) {
      terms.push({ startsAt: closeDay, months: null, amount });
      continue;
    }
    const before = endOf.get(line);
    const follows =
      type === 'Renewal' &&
      before !== undefined &&
      closeDay > before - early * dayMs &&
      closeDay < before + late * dayMs;
    const startsAt = follows ? before : closeDay;
    const endsAt = addMonths(startsAt, termMonths);
    // An upgrade is a contract of its own beside the one it widens.
    if (type !== 'Existing Customer - Upgrade') endOf.set(line, endsAt);
    terms.push({ startsAt, months: termMonths, amount });
    const contract = contractRecord(group, original, startsAt, endsAt, closedAt);
    group.add('Contract', contract);
    original.ContractId = contract.Id;
    // Who typed a deal in again rarely looks for its contract.
    for (const copy of copies) if (random.chance(0.4)) copy.ContractId = contract.Id;
  }
  return terms;
}

function contractRecord(
  { org }: Group,
  deal: RecordOf<'Opportunity'>,
  startsAt: number,
  endsAt: number,
  signedAt: number,
): RecordOf<'Contract'> {
  const isOver = endsAt <= org.now;
  return {
    Id: org.ids.take('Contract'),
    IsDeleted: false,
    ContractNumber: String(100 + org.serials.contract++).padStart(8, '0'),
    AccountId: deal.AccountId,
    Status: 'Activated',
    StatusCode: isOver ? 'Expired' : 'Activated',
    StartDate: dateText(startsAt),
    EndDate: dateText(endsAt - dayMs),
    ContractTerm: termMonths,
    ActivatedDate: datetimeText(signedAt),
    OwnerId: deal.OwnerId,
    ...auditFields(signedAt, isOver ? endsAt : signedAt, String(deal.OwnerId)),
  };
}
