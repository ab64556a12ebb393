// Turns instants in milliseconds into Salesforce's date and datetime text.
export const dayMs = 86_400_000;

export function dateText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function datetimeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}.000Z`;
}

/** First day of the calendar quarter, `shift` quarters away, at midnight UTC. */
export function quarterStart(at: number, shift = 0): number {
  const day = new Date(at);
  return Date.UTC(day.getUTCFullYear(), (Math.floor(day.getUTCMonth() / 3) + shift) * 3, 1);
}

export function monthNumber(at: number): number {
  const day = new Date(at);
  return day.getUTCFullYear() * 12 + day.getUTCMonth();
}
