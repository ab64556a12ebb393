// Turns won deals into the contracts they were signed with. Platform and Analytics run for a year, the rest is sold once; a renewal
// takes the place of one of them, now and then before it ends.
import { addMonths, dateText, datetimeText, dayMs, monthNumber } from './days.ts';
import type { Group } from './group.ts';
import type { Term } from './metric-truth.ts';
import { Random } from './random.ts';
import type { RecordOf } from './records.ts';
import { auditFields } from './rows.ts';

const recurringLines = new Set(['Platform', 'Analytics']);
const termMonths = 12;
/** A renewal signed so many days before or after the end of what it renews begins where that ends. */
const early = 300;
const late = 330;
/** How many of those begin earlier all the same. */
const earlyOdds = 0.15;

export function makeContracts(group: Group, random: Random): Term[] {
  const endOf = new Map<string, number>();
  const terms: Term[] = [];
  const running = new Map<string, Running[]>();
  const moved = new Random(group.org.seed, 'early-renewal', String(group.deals[0]?.original.Id));
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
    const isEarly = follows && moved.chance(earlyOdds);
    // Of a term of twelve months it leaves eight at least.
    const startsAt = isEarly ? before - moved.int(20, 110) * dayMs : follows ? before : closeDay;
    const endsAt = addMonths(startsAt, termMonths);
    // An upgrade is a contract of its own beside the one it widens.
    if (type !== 'Existing Customer - Upgrade') endOf.set(line, endsAt);
    const term: Term = { startsAt, months: termMonths, amount };
    terms.push(term);
    running.set(line, [...(running.get(line) ?? []), { term, isRenewal: type === 'Renewal', isRenewed: false }]);
    const contract = contractRecord(group, original, startsAt, endsAt, closedAt);
    group.add('Contract', contract);
    original.ContractId = contract.Id;
    // Who typed a deal in again rarely looks for its contract.
    for (const copy of copies) if (random.chance(0.4)) copy.ContractId = contract.Id;
  }
  for (const ofLine of running.values()) takePlaces(ofLine);
  return terms;
}

interface Running {
  term: Term;
  isRenewal: boolean;
  isRenewed: boolean;
}

/** Of the terms begun before a renewal the one that ends nearest is renewed, and ends where it begins: at most six months early. */
function takePlaces(terms: readonly Running[]): void {
  const startOf = ({ term }: Running) => monthNumber(term.startsAt);
  for (const renewal of terms.toSorted((one, other) => startOf(one) - startOf(other))) {
    if (!renewal.isRenewal) continue;
    const startsIn = startOf(renewal);
    const beyond = (one: Running) => startOf(one) + (one.term.months ?? 0) - startsIn;
    const [renewed] = terms
      .filter((one) => !one.isRenewed && startOf(one) < startsIn && beyond(one) >= -12 && beyond(one) <= 6)
      .toSorted((one, other) => Math.abs(beyond(one)) - Math.abs(beyond(other)));
    if (!renewed) continue;
    renewed.isRenewed = true;
    if (beyond(renewed) > 0) renewed.term.until = startsIn;
  }
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
