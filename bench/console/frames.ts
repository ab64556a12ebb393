/** A recorded trace of Chromium becomes how long its frames took. */
import type { CDPSession } from 'playwright-core';

export type TraceEvent = { name: string; ts: number; cat?: string };
export type Frames = { frames: number; p95Ms: number; shareWithin: number };

/** Records what the browser does while `act` runs. */
export async function recordTrace(session: CDPSession, act: () => Promise<unknown>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const done = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline.frame'] },
  });
  await act();
  await session.send('Tracing.end');
  await done;
  return events;
}

/** From one frame that was drawn to the next. @throws Error when nothing was drawn: then nothing was measured. */
export function framesOf(events: TraceEvent[], mostMs: number): Frames {
  const drawn = events
    .filter(({ name }) => name === 'DrawFrame')
    .map(({ ts }) => ts / 1000)
    .toSorted((one, other) => one - other);
  const lengths = drawn.slice(1).map((at, place) => at - drawn[place]!);
  if (lengths.length === 0) throw new Error('The trace has no drawn frame.');
  const sorted = lengths.toSorted((one, other) => one - other);
  return {
    frames: lengths.length,
    p95Ms: sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))]!,
    shareWithin: lengths.filter((one) => one <= mostMs).length / lengths.length,
  };
}
