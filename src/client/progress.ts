/** Steps and progress of a sync become bars on a terminal, one line per finished step when piped, nothing when quiet. */
import { MultiBar, type SingleBar } from 'cli-progress';
import { z } from 'zod';

export const stageEvent = z.object({
  stage: z.string(),
  subject: z.string(),
  state: z.string(),
  readCount: z.coerce.number(),
  changedCount: z.coerce.number(),
});
export const progressEvent = z.object({
  stage: z.string(),
  subject: z.string(),
  doneCount: z.number(),
  totalCount: z.number().nullable(),
});
export type StageEvent = z.infer<typeof stageEvent>;
type Progress = z.infer<typeof progressEvent>;
export type View = { step(step: StageEvent): void; progress(progress: Progress): void; end(): void };

/** Bars need a terminal that can move its cursor. */
export function openView(out: NodeJS.WriteStream = process.stdout): View {
  return out.isTTY ? bars(out) : lines(out);
}

export const quietView: View = { step() {}, progress() {}, end() {} };

function lines(out: NodeJS.WriteStream): View {
  return {
    step({ stage, subject, state, readCount, changedCount }) {
      if (state === 'running') return;
      out.write(`  ${stage.padEnd(12)} ${subject.padEnd(20)} ${state}: ${readCount} read, ${changedCount} changed\n`);
    },
    progress() {},
    end() {},
  };
}

function bars(out: NodeJS.WriteStream): View {
  const board = new MultiBar({
    stream: out,
    format: '  {stage} {subject} |{bar}| {value} {state}',
    hideCursor: true,
    forceRedraw: true,
  });
  const open = new Map<string, SingleBar>();
  const barOf = (stage: string, subject: string) => {
    const key = `${stage} ${subject}`;
    let bar = open.get(key);
    if (!bar) {
      bar = board.create(1, 0, { stage: stage.padEnd(12), subject: subject.padEnd(20), state: '' });
      open.set(key, bar);
    }
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
