// Gathers everything made for one company, the unit that is made in memory and then written out.
import type { Value } from './csv-file.ts';
import type { Company } from './company.ts';
import type { Tally } from './damage.ts';
import type { Deal } from './deal.ts';
import type { MetricTruth } from './metric-truth.ts';
import type { Person } from './person.ts';
import type { Random } from './random.ts';
import { columns, type RecordOf, type SObject } from './records.ts';
import type { IdSource } from './rows.ts';
import type { Setup } from './setup.ts';
import type { Bookings, CampaignEntry, Staff } from './staff.ts';

/** What all companies of one org share. */
export interface Org {
  seed: number;
  now: number;
  ids: IdSource;
  staff: Staff;
  campaigns: CampaignEntry[];
  setup: Setup;
  metrics: MetricTruth;
  bookings: Bookings;
  tally: Tally;
  /** Serial numbers of companies, people and deals, from which entity ids come. */
  serials: { company: number; person: number; deal: number; case: number; contract: number };
  /** The last few people of other companies, for namesakes. */
  recentPeople: Person[];
}

export interface AccountEntry {
  company: Company;
  record: RecordOf<'Account'>;
  createdAt: number;
  isCopy: boolean;
}

export interface MadeDeal {
  line: string;
  type: string;
  deal: Deal;
  original: RecordOf<'Opportunity'>;
  copies: RecordOf<'Opportunity'>[];
}

export class Group {
  readonly records = Object.fromEntries(Object.keys(columns).map((sobject) => [sobject, []])) as unknown as {
    [S in SObject]: RecordOf<S>[];
  };
  /** Each deal once, with the records that describe it. */
  readonly deals: MadeDeal[] = [];
  readonly truth: { sobject: SObject; Id: string; entity: string }[] = [];
  readonly stale: { sobject: SObject; Id: string; field: string; reason: string }[] = [];
  /** Ids of the open deals that nobody will ever win: known to the truth alone. */
  readonly zombies = new Set<string>();
  readonly org: Org;
  readonly random: Random;

  constructor(org: Org, random: Random) {
    this.org = org;
    this.random = random;
  }

  add<S extends SObject>(sobject: S, record: RecordOf<S>, entity?: string): void {
    this.records[sobject].push(record);
    if (entity !== undefined) this.truth.push({ sobject, Id: String((record as { Id: Value }).Id), entity });
  }

  markStale(sobject: SObject, id: string, field: string, reason: string): void {
    this.stale.push({ sobject, Id: id, field, reason });
    this.org.tally.add(`stale.${sobject}.${field}.${reason}`);
  }

  /** One record in twenty is in the name of somebody who left. */
  owner(): string {
    const { staff, tally } = this.org;
    return staff.inactiveReps.length > 0 && tally.plant('ownerInactive', 0.05, this.random)
      ? this.random.pick(staff.inactiveReps)
      : this.random.pick(staff.activeReps);
  }
}
