/** A sync followed over its event stream: a bar per object and stage on a terminal, a line per step when piped. */
import { MultiBar, type SingleBar } from 'cli-progress';
import { z } from 'zod';

const stageEvent = z.object({
  stage: z.string(),
  subject: z.string(),
  state: z.string(),
  readCount: z.coerce.number(),
  changedCount: z.coerce.number(),
});
const progressEvent = z.object({
  stage: z.string(),
  subject: z.string(),
  doneCount: z.number(),
  totalCount: z.number().nullable(),
});

export type Api = { url: string; key: string };

/** Reads `GET /v1/syncs/{id}/events` to its end; returns the seconds each stage took. */
export async function follow(api: Api, runId: string): Promise<Record<string, number>> {
  const response = await fetch(`${api.url}/v1/syncs/${runId}/events`, {
    headers: { authorization: `Bearer ${api.key}` },
  });
  if (!response.ok || !response.body) throw new Error(`The event stream answered ${response.status}.`);
  const view = process.stdout.isTTY ? bars() : lines();
  const began = new Map<string, number>();
  const seconds: Record<string, number> = {};
  for await (const { event, data } of events(response.body)) {
    if (event === 'progress') view.progress(progressEvent.parse(data));
    if (event !== 'stage') continue;
    const step = stageEvent.parse(data);
    const key = `${step.stage} ${step.subject}`;
    if (step.state === 'running') began.set(key, performance.now());
    else
      seconds[step.stage] =
        (seconds[step.stage] ?? 0) + (performance.now() - (began.get(key) ?? performance.now())) / 1000;
    view.step(step);
  }
  view.end();
  return Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, Math.round(value * 100) / 100]));
}

type Step = z.infer<typeof stageEvent>;
type Progress = z.infer<typeof progressEvent>;
type View = { step(step: Step): void; progress(progress: Progress): void; end(): void };

function lines(): View {
  return {
    step({ stage, subject, state, readCount, changedCount }) {
      if (state === 'running') return;
      console.log(`  ${stage.padEnd(12)} ${subject.padEnd(20)} ${state}: ${readCount} read, ${changedCount} changed`);
    },
    progress() {},
    end() {},
  };
}

function bars(): View {
  const board = new MultiBar({
    format: '  {stage} {subject} |{bar}| {value} {state}',
    hideCursor: true,
    forceRedraw: true,
  });
  const open = new Map<string, SingleBar>();
  const barOf = (stage: string, subject: string) => {
    const key = `${stage} ${subject}`;
    const bar =
      open.get(key) ?? board.create(1, 0, { stage: stage.padEnd(12), subject: subject.padEnd(20), state: '' });
    open.set(key, bar);
    return bar;
  };
  return {
    step({ stage, subject, state, readCount }) {
      const bar = barOf(stage, subject);
      if (state === 'running') return;
      bar.setTotal(Math.max(1, readCount));
      bar.update(Math.max(1, readCount), { state });
    },
    progress({ stage, subject, doneCount, totalCount }) {
      const bar = barOf(stage, subject);
      if (totalCount) bar.setTotal(totalCount);
      bar.update(doneCount);
    },
    end: () => board.stop(),
  };
}

async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<{ event: string; data: unknown }> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) => block.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1];
      const data = field('data');
      if (data !== undefined) yield { event: field('event') ?? 'message', data: JSON.parse(data) as unknown };
    }
  }
}
