/** Days before today as SQL that several rules share. */

/**
 * The moment at which the day `days` before today began in the org's time zone: what is older is older by more than so many
 * days, whatever the hour it was written at and the hour it is now.
 */
export const dayBefore = (days: string) => `(:today - ${days}::int)::timestamp at time zone :zone`;
