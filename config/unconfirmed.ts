/** Values that nobody confirmed for so many days: what the rules on stale values share. `days` is the default of the setting. */
export const unconfirmed = (days: number, description = 'Days after which a value that nobody confirmed is stale') => ({
  parameters: { days: { type: 'number' as const, unit: 'days', default: days, min: 1, max: 3650, description } },
  violated: `r.confirmed_at < :now - :days * interval '1 day'`,
});
