/** The methods of the forecast in words, and how near each has been. */
import type { Shape } from '../../api/client.ts';

export type Method = Shape<'MethodForecast'>;
export type Period = Shape<'Forecast'>['periods'][number];

const names: Record<Method['method'], { name: string; says: string }> = {
  historic: { name: 'Historic', says: 'what is won, and open deals by how often such were won' },
  weighted: { name: 'Weighted', says: 'what is won, and open deals by their Probability' },
  naive: { name: 'Naive', says: 'what the period before brought' },
  seasonal_naive: { name: 'Year before', says: 'what the same period brought a year before' },
  moving_average: { name: 'Moving average', says: 'the mean of three periods' },
};
export const methodNamed = (method: Method['method']) => names[method];

/** How much less a method was off than the naive one, as a share: 0.5 is half as far. Null where either was not compared. */
export function gainOver(naive: Method | undefined, one: Method): number | null {
  const [base, error] = [naive?.accuracy?.wape, one.accuracy?.wape];
  return base == null || error == null || base === 0 ? null : 1 - error / base;
}

/** The same in words. */
export function gainText(gain: number | null): string {
  if (gain === null) return 'not compared';
  const share = `${Math.abs(100 * gain).toFixed(0)} %`;
  return Math.abs(gain) < 0.005 ? 'as far off' : gain > 0 ? `${share} nearer` : `${share} further off`;
}
