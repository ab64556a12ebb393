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
  /** Of a rule that fell by itself: in points of the records that it is asked of. */
  isAlone?: boolean;
  addedCount: number;
  violatedCount: number;
  /** The last is the rest: all of it where records were not looked at. */
  parts: Part[];
  /** What at least half of the records that came in share. */
  common?: { column: string; value: string; recordCount: number }[];
};
/** `rule`: its score is the share of the records it is asked of that keep it. */
export type Drop = {
  object: string;
  dimension: string | null;
  rule?: { id: string; title: string };
  score: number;
  baseline: number | null;
};
/** As it is shown: of a score what it is, of a rule the share of the records that break it. */
export const shownOf = ({ rule }: Drop, value: number): number => (rule ? 1 - value : value);
export type Fall = { drops?: Drop[]; causes?: Cause[]; sampleIds?: string[]; instanceUrl?: string | null };
