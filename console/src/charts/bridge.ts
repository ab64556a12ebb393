/** The steps of a metric from raw to clean become the steps of a chart. */
import type { Shape } from '../api/client.ts';
import type { Step } from './waterfall.tsx';

export const stepNames: Record<string, string> = {
  account_copies: 'account copies',
  person_copies: 'person copies',
  deal_copies: 'deal copies',
  staleness: 'stale',
  missing_links: 'missing links',
};

/** Of one period and one slice; steps that change nothing are left out. */
export function bridgeSteps(raw: number, clean: number, deltas: Shape<'BridgeStep'>[]): Step[] {
  const steps: Step[] = [{ label: 'raw', from: 0, to: raw, isTotal: true }];
  let at = raw;
  for (const { step, delta } of deltas.toSorted((one, other) => one.place - other.place)) {
    if (delta === null || delta === 0) continue;
    steps.push({ label: stepNames[step] ?? step, from: at, to: at + delta });
    at += delta;
  }
  return [...steps, { label: 'clean', from: 0, to: clean, isTotal: true }];
}
