/** Words that several pages share: what is matched, and by what a record is judged. */

export const entityOptions = [
  ['person', 'People'],
  ['company', 'Companies'],
  ['deal', 'Deals'],
] as const;

export const dimensionNames = ['completeness', 'uniqueness', 'timeliness', 'validity', 'consistency'];
