/** Where a quota counts: SQL that the quota and its attainment share. */

/**
 * The periods and slices of each row of `from` (start_on, end_on, is_top, connection_id, owner_id), as p and s. A quota above others
 * holds them, so a total has that one only. A period has the quotas that lie in it as a whole, a year those that go by its quarters:
 * of February to April neither the first quarter nor its year has any part, as its deals are of other months.
 */
export const quotaSlices = (from: string) => `cross join lateral (
    select b.period_kind, b.period, b.period_start, b.period_kind = 'all' or e.period is not null as holds,
      -- Within a quarter, or from the first day of one.
      bool_or(b.period_kind like '%quarter' and (e.period is not null or b.period_start = ${from}.start_on))
        over (partition by b.period_kind like 'fiscal%') as goes_by_quarters
    from {periods of ${from}.start_on} b (period_kind, period, period_start)
    left join (
      select period_kind, period from {periods of ${from}.end_on} l (period_kind, period, period_start)
      where period_kind not like 'fiscal%'
      union all
      -- Quarters that an org defines by weeks may be shorter than three months.
      select period_kind, period from {periods of ${from}.end_on - 14} l (period_kind, period, period_start)
      where period_kind like 'fiscal%'
    ) e on e.period_kind = b.period_kind and e.period = b.period
  ) p
  cross join lateral (values ('all', '*', 'all', ${from}.is_top), ('org', ${from}.connection_id, ${from}.connection_id, ${from}.is_top),
    ('owner', ${from}.connection_id, ${from}.owner_id, true)) s (dimension, connection_id, key, counts)
  where s.counts and p.holds and (p.goes_by_quarters or p.period_kind = 'all')`;
