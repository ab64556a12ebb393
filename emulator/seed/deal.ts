// Turns draws into the life of one deal: its dated steps from creation to now, which the opportunity and its history are both read from.
import type { Segment } from './company.ts';
import { dayMs, monthNumber } from './days.ts';
import type { Random } from './random.ts';

interface Stage {
  probability: number;
  category: string;
  categoryName: string;
}

/** The stages of a new Salesforce org, in order. */
export const stages: Readonly<Record<string, Stage>> = {
  Prospecting: { probability: 10, category: 'Pipeline', categoryName: 'Pipeline' },
  Qualification: { probability: 10, category: 'Pipeline', categoryName: 'Pipeline' },
  'Needs Analysis': { probability: 20, category: 'Pipeline', categoryName: 'Pipeline' },
  'Value Proposition': { probability: 50, category: 'Pipeline', categoryName: 'Pipeline' },
  'Id. Decision Makers': { probability: 60, category: 'Pipeline', categoryName: 'Pipeline' },
  'Perception Analysis': { probability: 70, category: 'BestCase', categoryName: 'Best Case' },
  'Proposal/Price Quote': { probability: 75, category: 'BestCase', categoryName: 'Best Case' },
  'Negotiation/Review': { probability: 90, category: 'Forecast', categoryName: 'Commit' },
  'Closed Won': { probability: 100, category: 'Closed', categoryName: 'Closed' },
  'Closed Lost': { probability: 0, category: 'Omitted', categoryName: 'Omitted' },
};
const openStages = Object.keys(stages).slice(0, 8);

export interface DealStep {
  at: number;
  stage: string;
  amount: number;
  closeOn: number;
}

export interface Deal {
  /** Oldest first; the last step is what the opportunity says today. */
  steps: DealStep[];
  outcome: 'open' | 'won' | 'lost' | 'zombie';
  lastActivityAt: number | null;
  pushes: number;
}

const medianAmounts: Readonly<Record<Segment, number>> = { SMB: 8_000, 'Mid-Market': 32_000, Enterprise: 120_000 };
const medianCycleDays: Readonly<Record<Segment, number>> = { SMB: 45, 'Mid-Market': 80, Enterprise: 130 };

/**
 * @param createdAt when the deal was opened, before `now` (both epoch milliseconds)
 * @param winOdds chance 0..1 that it ends won
 */
export function makeDeal(segment: Segment, createdAt: number, now: number, winOdds: number, random: Random): Deal {
  const cycle = Math.min(400, Math.max(5, random.logNormal(medianCycleDays[segment], 0.5))) * dayMs;
  const closedAt = createdAt + cycle;
  const isZombie = now - createdAt > 300 * dayMs && random.chance(0.032);
  const final = random.chance(winOdds) ? 'Closed Won' : 'Closed Lost';
  const path = openStages.filter((_, i) => i === 0 || random.chance(0.72));
  // A lost deal and one gone silent rarely saw every stage.
  const reached = final === 'Closed Won' && !isZombie ? path.length : random.int(1, path.length);
  let amount = Math.max(200, Math.round(random.logNormal(medianAmounts[segment], 0.6) * 100) / 100);
  let closeOn = createdAt + cycle * random.between(0.6, 1.1);
  const steps: DealStep[] = [{ at: createdAt, stage: path[0] ?? 'Prospecting', amount, closeOn }];
  for (let i = 1; i < reached; i++) {
    const at = createdAt + (cycle * (i + random.between(-0.3, 0.3))) / reached;
    if (random.chance(0.3)) amount = Math.round(amount * random.between(0.8, 1.3) * 100) / 100;
    if (random.chance(0.25)) closeOn += random.int(10, 45) * dayMs;
    steps.push({ at, stage: path[i] ?? 'Prospecting', amount, closeOn });
  }
  if (isZombie) return makeZombie(steps, closeOn, now, random);
  steps.push({ at: closedAt, stage: final, amount, closeOn: closedAt });
  const past = steps.filter((step) => step.at <= now - dayMs / 12);
  const last = past[past.length - 1] ?? steps[0];
  const closed = last?.stage === final;
  if (last && !closed && last.closeOn < now && random.chance(0.7)) {
    past.push({
      ...last,
      at: Math.max(last.at, now - random.int(1, 20) * dayMs),
      closeOn: now + random.int(5, 90) * dayMs,
    });
  }
  const lastAt = past[past.length - 1]?.at ?? createdAt;
  const quiet = random.chance(0.8) ? random.between(0, 12) : random.between(14, 60);
  const activityAt = closed ? closedAt : Math.max(lastAt, now - quiet * dayMs);
  return {
    steps: past,
    outcome: closed ? (final === 'Closed Won' ? 'won' : 'lost') : 'open',
    lastActivityAt: random.chance(0.06) ? null : activityAt,
    pushes: countPushes(past),
  };
}

/** A deal nobody works and nobody closes: silent for half a year, its close date pushed or long past. */
function makeZombie(early: DealStep[], closeOn: number, now: number, random: Random): Deal {
  const silentSince = Math.min(now - random.int(180, 260) * dayMs, (early[0]?.at ?? now) + 120 * dayMs);
  const steps = early.filter((step, i) => i === 0 || step.at < silentSince);
  const last = steps[steps.length - 1];
  const pushCount = random.chance(0.6) ? random.int(3, 7) : 0;
  let pushed = closeOn;
  for (let i = 0; last && i < pushCount; i++) {
    pushed += random.int(32, 60) * dayMs;
    const at = silentSince + ((now - silentSince) * (i + 0.5)) / pushCount;
    steps.push({ ...last, at, closeOn: Math.max(pushed, at) });
  }
  return {
    steps,
    outcome: 'zombie',
    lastActivityAt: random.chance(0.3) ? null : silentSince,
    pushes: countPushes(steps),
  };
}

/** Moves of the close date into a later calendar month, as Salesforce's PushCount tells them. */
function countPushes(steps: readonly DealStep[]): number {
  return steps.filter((step, i) => {
    const before = steps[i - 1];
    return (
      before !== undefined &&
      !step.stage.startsWith('Closed') &&
      monthNumber(step.closeOn) > monthNumber(before.closeOn)
    );
  }).length;
}

/** The same deal typed in again a few days later, and, unless it is closed, perhaps left behind at an earlier stage. */
export function copyDeal(deal: Deal, now: number, random: Random): Deal {
  const isClosed = deal.outcome === 'won' || deal.outcome === 'lost';
  const kept = isClosed || random.chance(0.5) ? deal.steps : deal.steps.slice(0, Math.max(1, deal.steps.length - 1));
  const delay = random.between(0.1, 6) * dayMs;
  const steps = kept.map((step) => ({ ...step, at: Math.min(step.at + delay, now - 3_600_000) }));
  const lastAt = steps[steps.length - 1]?.at ?? now;
  return {
    steps,
    outcome: deal.outcome,
    lastActivityAt: random.chance(0.4) ? null : lastAt,
    pushes: countPushes(steps),
  };
}
