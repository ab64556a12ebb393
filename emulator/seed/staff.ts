// Turns a seed into the sales staff and the campaigns that all companies of the org share.
import { dateText, dayMs, quarterStart } from './days.ts';
import { mailName } from './person.ts';
import { peopleNames } from './people-names.ts';
import type { Random } from './random.ts';
import type { RecordOf } from './records.ts';
import { auditFields, type IdSource } from './rows.ts';

export interface Staff {
  users: RecordOf<'User'>[];
  /** Ids of those who own records: people at work, and people who left with records still in their name. */
  activeReps: string[];
  inactiveReps: string[];
  integrationUser: string;
}

export function makeStaff(accounts: number, now: number, ids: IdSource, random: Random): Staff {
  // 30 people for 2,000 accounts; larger companies give each representative more accounts.
  const repCount = Math.min(400, Math.max(8, Math.round(26 * Math.sqrt(accounts / 2000))));
  const users: RecordOf<'User'>[] = [];
  const hire = (title: string, managerId: string | null, isActive: boolean): string => {
    const first = random.pick(peopleNames.US.given);
    const last = random.pick(peopleNames.US.surnames);
    const email = `${mailName(first, last, 'first.last')}.${users.length}@example.com`;
    const id = ids.take('User');
    const hiredAt = now - random.int(1500, 3000) * dayMs;
    const lastLogin = isActive ? now - random.between(0.1, 4) * dayMs : now - random.int(60, 700) * dayMs;
    users.push({
      Id: id,
      Username: email,
      FirstName: first,
      LastName: last,
      Name: `${first} ${last}`,
      Email: email,
      Title: title,
      Department: 'Sales',
      ManagerId: managerId,
      IsActive: isActive,
      LastLoginDate: new Date(lastLogin).toISOString().replace(/\.\d+Z/, '.000Z'),
      ...auditFields(hiredAt, isActive ? hiredAt : lastLogin, id),
    });
    return id;
  };
  const head = hire('VP Sales', null, true);
  const managers = Array.from({ length: Math.max(2, Math.round(repCount / 9)) }, () =>
    hire('Sales Manager', head, true),
  );
  const reps = Array.from({ length: repCount }, (_, i) => ({
    isActive: i % 6 !== 5,
    id: hire('Account Executive', random.pick(managers), i % 6 !== 5),
  }));
  const integrationUser = hire('Integration', null, true);
  const robot = users.at(-1);
  if (robot)
    Object.assign(robot, { FirstName: 'Partner', LastName: 'Import', Name: 'Partner Import', Department: null });
  return {
    users,
    activeReps: reps.filter((rep) => rep.isActive).map((rep) => rep.id),
    inactiveReps: reps.filter((rep) => !rep.isActive).map((rep) => rep.id),
    integrationUser,
  };
}

export interface CampaignEntry {
  id: string;
  startsAt: number;
}

const campaignTypes = ['Webinar', 'Trade Show', 'Email', 'Advertisement', 'Partners', 'Telemarketing'];
const campaignQuarters = 20;
export const campaignsPerQuarter = 4;

/** Four campaigns a quarter for the last five years, oldest first. */
export function makeCampaigns(
  ownerId: string,
  now: number,
  ids: IdSource,
  random: Random,
): { records: RecordOf<'Campaign'>[]; entries: CampaignEntry[] } {
  const records: RecordOf<'Campaign'>[] = [];
  const entries: CampaignEntry[] = [];
  for (let n = 0; n < campaignQuarters * campaignsPerQuarter; n++) {
    const quarter = quarterStart(now, Math.floor(n / campaignsPerQuarter) - campaignQuarters + 1);
    // The running quarter may be a day old: a campaign starts in it, but not after today.
    const startsAt = Math.min(quarter + random.int(0, 40) * dayMs, now - dayMs);
    const endsAt = startsAt + random.int(5, 45) * dayMs;
    const type = random.pick(campaignTypes);
    const budget = random.int(4, 80) * 1000;
    const isActive = endsAt >= now;
    const id = ids.take('Campaign');
    records.push({
      Id: id,
      IsDeleted: false,
      Name: `${dateText(quarter).slice(0, 7)} ${type} ${random.pick(['Launch', 'Roadshow', 'Upgrade', 'Awareness', 'Summit'])} ${n + 1}`,
      Type: type,
      Status: isActive ? 'In Progress' : 'Completed',
      IsActive: isActive,
      StartDate: dateText(startsAt),
      EndDate: dateText(endsAt),
      BudgetedCost: budget,
      ActualCost: random.chance(0.06) ? null : Math.round(budget * random.between(0.6, 1.3)),
      OwnerId: ownerId,
      ...auditFields(startsAt - 14 * dayMs, Math.min(endsAt, now), ownerId),
    });
    entries.push({ id, startsAt });
  }
  return { records, entries };
}

/** What each representative won by quarter start: the only sums kept over the whole org (people times quarters). */
export class Bookings {
  private readonly byRep = new Map<string, Map<number, number>>();

  add(ownerId: string, closedAt: number, amount: number): void {
    const quarters = this.byRep.get(ownerId) ?? new Map<number, number>();
    const quarter = quarterStart(closedAt);
    quarters.set(quarter, (quarters.get(quarter) ?? 0) + amount);
    this.byRep.set(ownerId, quarters);
  }

  /** Quotas for the last eight quarters, this one and the next, near what the representative usually books. */
  *quotas(
    reps: readonly string[],
    now: number,
    byId: string,
    ids: IdSource,
    random: Random,
  ): Generator<RecordOf<'ForecastingQuota'>> {
    for (const rep of reps) {
      const booked = [...(this.byRep.get(rep) ?? [])]
        .filter(([quarter]) => quarter >= quarterStart(now, -8))
        .map(([, amount]) => amount);
      const usual = booked.reduce((sum, amount) => sum + amount, 0) / 9;
      for (let shift = -8; shift <= 1; shift++) {
        const startsAt = quarterStart(now, shift);
        yield {
          Id: ids.take('ForecastingQuota'),
          QuotaOwnerId: rep,
          QuotaAmount: Math.max(5000, Math.round((usual * random.between(0.85, 1.35)) / 5000) * 5000),
          StartDate: dateText(startsAt),
          ...auditFields(
            Math.min(startsAt, now) - 20 * dayMs,
            startsAt - 10 * dayMs > now ? now : Math.min(startsAt, now) - 10 * dayMs,
            byId,
          ),
        };
      }
    }
  }
}
