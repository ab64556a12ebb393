/** A recorded trace of Chromium becomes how long its frames took. */
import type { CDPSession } from 'playwright-core';

/** Times in microseconds; `tdur` is what the thread itself ran, without waiting for a core. */
export type TraceEvent = { name: string; ts: number; tid?: number; dur?: number; tdur?: number };
export type Frames = {
  frames: number;
  p95Ms: number;
  shareWithin: number;
  /** Of the page's thread, waiting for a core left out: what a frame costs on a machine that has nothing else to do. */
  ownP95Ms: number;
  ownShareWithin: number;
};

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
  const own = ownTimes(events, drawn);
  const within = (values: number[]) => values.filter((one) => one <= mostMs).length / values.length;
  return {
    frames: lengths.length,
    p95Ms: p95(lengths),
    shareWithin: within(lengths),
    ownP95Ms: p95(own),
    ownShareWithin: within(own),
  };
}

/** For each frame what the page's thread ran since the one before, in milliseconds. */
function ownTimes(events: TraceEvent[], drawn: number[]): number[] {
  const page = events.find(({ name }) => name === 'FireAnimationFrame')?.tid;
  const ran = events
    .filter(({ tid, dur, tdur }) => tid === page && dur !== undefined && tdur !== undefined)
    .toSorted((one, other) => one.ts - other.ts || other.dur! - one.dur!);
  const times = drawn.slice(1).map(() => 0);
  let [end, frame] = [0, 0];
  for (const { ts, dur, tdur } of ran) {
    // What lies within another event is counted with it.
    if (ts < end) continue;
    end = ts + dur!;
    while (frame < times.length && ts / 1000 > drawn[frame + 1]!) frame += 1;
    if (frame < times.length) times[frame] = times[frame]! + tdur! / 1000;
  }
  return times;
}

function p95(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(0.95 * sorted.length))]!;
}
