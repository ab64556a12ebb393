/** The event stream of one sync becomes steps and progress told to a view; a stream that breaks is read on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DomainError } from '../model/errors.ts';
import { activeStates, runState } from '../model/run.ts';
import { type Api, call, request } from './api.ts';
import { openView, progressEvent, stageEvent, type StageEvent, type View } from './progress.ts';

/** Tries in a row that brought no event before the API counts as gone. */
const maxSilentTries = 5;

/**
 * Reads `GET /v1/syncs/{id}/events` until the sync has ended; returns the seconds each stage took.
 * @throws DomainError as request, `api-unreachable` when the stream broke for good.
 */
export async function follow(api: Api, runId: string, view: View = openView()): Promise<Record<string, number>> {
  const began = new Map<string, number>();
  const seconds: Record<string, number> = {};
  const onStep = (step: StageEvent) => {
    const key = `${step.stage} ${step.subject}`;
    const now = performance.now();
    if (step.state === 'running') began.set(key, now);
    else seconds[step.stage] = (seconds[step.stage] ?? 0) + (now - (began.get(key) ?? now)) / 1000;
    view.step(step);
  };
  try {
    await readToEnd(api, runId, ({ event, data }) => {
      if (event === 'progress') view.progress(progressEvent.parse(data));
      if (event === 'stage') onStep(stageEvent.parse(data));
    });
  } finally {
    view.end();
  }
  return Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, Math.round(value * 100) / 100]));
}

type Event = { id: string | undefined; event: string; data: unknown };

async function readToEnd(api: Api, runId: string, hear: (event: Event) => void): Promise<void> {
  let last = '0';
  for (let silentTries = 0; ; silentTries += 1) {
    const response = await request(api, `/v1/syncs/${runId}/events`, { headers: { 'last-event-id': last } });
    try {
      for await (const event of events(response.body!)) {
        last = event.id ?? last;
        silentTries = 0;
        hear(event);
      }
    } catch (error) {
      // fetch tells a cut stream as a TypeError; anything else is a fault of the view or of the events themselves.
      if (!(error instanceof TypeError)) throw error;
    }
    // The stream also ends when the API shuts down, so the sync itself is asked.
    const { state } = await call(api, 'GET', `/v1/syncs/${runId}`, undefined, z.object({ state: runState }));
    if (!activeStates.some((active) => active === state)) return;
    if (silentTries === maxSilentTries) {
      throw new DomainError('api-unreachable', `The events of ${runId} break off; the sync goes on without a watcher.`);
    }
    await sleep(500);
  }
}

async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<Event> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => block.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1];
      const data = field('data');
      if (data === undefined) continue;
      yield { id: field('id'), event: field('event') ?? 'message', data: JSON.parse(data) as unknown };
    }
  }
}
