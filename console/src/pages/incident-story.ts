/** What the detail of an incident holds when a score fell. */

export type Part = {
  records: 'new' | 'old';
  userName: string | null;
  userId: string | null;
  recordCount: number;
  contribution: number;
};
export type Cause = {
  object: string;
  ruleId: string;
  title: string;
  advice: string;
  contribution: number;
  addedCount: number;
  violatedCount: number;
  parts: Part[];
};
export type Drop = { object: string; dimension: string | null; score: number; baseline: number | null };
export type Fall = { drops?: Drop[]; causes?: Cause[]; sampleIds?: string[]; instanceUrl?: string | null };
