/** The evidence on a pair into words and into the steps of a waterfall. */
import { z } from 'zod';

/** One comparison as the engine keeps it; it may carry more than is told here. */
export const evidence = z.looseObject({
  field: z.string(),
  level: z.string(),
  /** Bits for (above 0) or against. */
  weight: z.number(),
  /** The part of the weight that comes from how rare (above 0) or common the value is. */
  rarity: z.number().optional(),
});
export type Evidence = z.infer<typeof evidence>;

/** What match.pair keeps as evidence: one entry a comparison. Anything else is none. */
export function evidenceOf(value: unknown): Evidence[] {
  return z.array(evidence).catch([]).parse(value);
}

export type WaterfallStep = { label: string; weight: number; total: number };

/** From the prior over each comparison, the strongest first, to the weight of the pair. */
export function waterfall(weight: number, parts: readonly Evidence[]): WaterfallStep[] {
  const sum = parts.reduce((total, part) => total + part.weight, 0);
  const steps: WaterfallStep[] = [
    { label: 'before any evidence', weight: round(weight - sum), total: round(weight - sum) },
  ];
  for (const part of byStrength(parts)) {
    const rarity = part.rarity ?? 0;
    const add = (label: string, bits: number) =>
      steps.push({ label, weight: round(bits), total: round((steps.at(-1)?.total ?? 0) + bits) });
    add(`${part.field}: ${part.level}`, part.weight - rarity);
    if (rarity !== 0) add(`${part.field}: how ${rarity > 0 ? 'rare' : 'common'} the value is`, rarity);
  }
  return steps;
}

/** e.g. "Linked at 12.3 bits, 99.98 % likely: email same (+9.1), last_name near (+4); against: city differs (-0.4)." */
export function sentence(
  pair: { weight: number; probability: number; outcome: 'one' | 'apart' },
  parts: readonly Evidence[],
): string {
  const inWords = (list: Evidence[]) =>
    list.map((part) => `${part.field} ${part.level} (${signed(part.weight)})`).join(', ');
  const strongest = byStrength(parts);
  const [pro, contra] = [strongest.filter(({ weight }) => weight > 0), strongest.filter(({ weight }) => weight < 0)];
  const chance = `${round(pair.probability * 100)} % likely`;
  const head = `${pair.outcome === 'one' ? 'One record' : 'Kept apart'} at ${signed(pair.weight)} bits, ${chance}`;
  const why = [
    pro.length > 0 ? inWords(pro) : 'nothing speaks for it',
    ...(contra.length > 0 ? [`against: ${inWords(contra)}`] : []),
  ];
  return `${head}: ${why.join('; ')}.`;
}

function byStrength(parts: readonly Evidence[]): Evidence[] {
  return parts.toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.field < b.field ? -1 : 1));
}

function signed(weight: number): string {
  return `${weight > 0 ? '+' : ''}${round(weight)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
