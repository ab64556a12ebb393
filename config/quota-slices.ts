/** Where a quota counts: SQL that the quota and its attainment share. */

/**
 * The periods and slices of each row of `from` (start_on, end_on, is_top, connection_id, owner_id), as p and s. A quota above others
 * holds them, so a total has that one only; a quota of a quarter is in no month.
 */
export const quotaSlices = (
  from: string,
) => `cross join lateral {periods of ${from}.start_on} p (period_kind, period, period_start)
  cross join lateral (values ('all', '*', 'all', ${from}.is_top), ('org', ${from}.connection_id, ${from}.connection_id, ${from}.is_top),
    ('owner', ${from}.connection_id, ${from}.owner_id, true)) s (dimension, connection_id, key, counts)
  where s.counts and (p.period_kind <> 'month' or ${from}.end_on < ${from}.start_on + interval '1 month')`;
