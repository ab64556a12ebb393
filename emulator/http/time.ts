/** Moments as Salesforce's JSON writes them. */

/** `2026-01-01T00:00:00.000+0000`. */
export function salesforceTime(moment: Date): string {
  return moment.toISOString().replace('Z', '+0000');
}

/** A query parameter's moment in ISO form; a `+` that arrived as a space is mended. Null when it is none. */
export function parseTime(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const moment = new Date(text.replace(/ (\d{2}:?\d{2})$/, '+$1').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** The minute a moment lies in: replication is minute-grained. */
export function minuteOf(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 60_000) * 60_000);
}
