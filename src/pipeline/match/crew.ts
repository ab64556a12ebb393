/** Large work of one run shared by all worker processes: pieces travel as parts through the queue, their bytes through PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import sql from 'sql-template-tag';
import type { Db } from '../../db/connect.ts';
import type { PartJob, PartQueue } from '../../model/ports.ts';
import { dropParcels, putParcel, takeParcel, taskName } from './parcel.ts';
import { readRange } from './read-range.ts';
import { Hand, type Worked } from '../../matcher/share/threads.ts';

/** What a worker process does with a piece before its thread does the work. */
type Kind = {
  script: URL;
  /** What the thread is asked for the piece. @param folder for files; it goes when the piece is done */
  requests(db: Db, task: never, piece: never, folder: string): Promise<unknown[]>;
};

const kinds = {
  read: { script: new URL('../../matcher/read/read-thread.ts', import.meta.url), requests: readRange },
  compare: {
    script: new URL('../../matcher/compare/compare-thread.ts', import.meta.url),
    requests: async (_db: Db, _task: unknown, piece: unknown) => [piece],
  },
} satisfies Record<string, Kind>;
type KindName = keyof typeof kinds;

/** A step: what each thread must know, and the pieces. `owner` tells it from all steps but earlier tries of itself. */
type Flow = { owner: string; kind: KindName; task: unknown; pieces: readonly unknown[] };
/** A flow as this process works on it. */
type Open = { flow: Promise<Flow | null>; isOwn: boolean; idle: Hand[]; busy: number; closing?: NodeJS.Timeout };
type Answer = { done: unknown[]; gathered: unknown; process: string };

/** Milliseconds that threads and the task are kept for the next part. */
const keptFor = 2_000;

export class Crew {
  private readonly db: Db;
  private readonly queue: PartQueue;
  /** Of this process, among all workers. */
  private readonly name = uuidv7();
  private readonly open = new Map<string, Open>();
  /** Records of an entity from which sharing is worth what travels. */
  readonly shareFrom: number;

  constructor(db: Db, queue: PartQueue, shareFrom: number) {
    this.db = db;
    this.queue = queue;
    this.shareFrom = shareFrom;
  }

  /** Whether another worker process would share in. */
  async isShared(): Promise<boolean> {
    return (await this.queue.workerCount()) > 1;
  }

  /**
   * @param processes gets those that took parts
   * @returns `done` in the order of the pieces, and of the requests within one.
   * @throws Error when a part was given up, or what the parts answered is gone (PostgreSQL was restarted)
   */
  async workOff<Done, Gathered>(
    flow: Flow,
    signal: AbortSignal,
    processes: Set<string>,
  ): Promise<Worked<Done, Gathered>> {
    const prefix = `${flow.owner}-${flow.kind}-`;
    // What a try left whose process died.
    await dropParcels(this.db, prefix);
    const flowId = prefix + uuidv7();
    this.open.set(flowId, { flow: Promise.resolve(flow), isOwn: true, idle: [], busy: 0 });
    try {
      await putParcel(this.db, flowId, taskName, flow);
      await this.queue.run(flowId, flow.pieces.length, signal);
      const worked: Worked<Done, Gathered> = { done: [], by: [], gathered: [] };
      for (const part of flow.pieces.keys()) {
        const answer = (await takeParcel(this.db, flowId, nameOf(part))) as Answer | null;
        if (answer === null) throw new Error(`Part ${part} of ${flow.kind} is gone.`);
        for (const done of answer.done) {
          worked.done.push(done as Done);
          worked.by.push(part);
        }
        worked.gathered.push(answer.gathered as Gathered);
        processes.add(answer.process);
      }
      return worked;
    } finally {
      await this.letGo(flowId);
      await dropParcels(this.db, flowId);
    }
  }

  /** Does one part, unless nobody waits for it any more. */
  async doPart({ flowId, part, partCount }: PartJob, signal: AbortSignal): Promise<void> {
    if (!(await this.isAwaited(flowId))) return;
    if (part === null) {
      await this.checkAll(flowId, partCount);
      return;
    }
    const open = this.open.get(flowId) ?? this.load(flowId);
    clearTimeout(open.closing);
    open.busy += 1;
    try {
      const flow = await open.flow;
      if (flow) await putParcel(this.db, flowId, nameOf(part), await this.answer(open, flow, part, signal));
    } finally {
      open.busy -= 1;
      if (open.busy === 0) open.closing = setTimeout(() => void this.rest(flowId, open), keptFor).unref();
    }
  }

  /** Ends the threads of flows that are not in hand. */
  async close(): Promise<void> {
    for (const flowId of this.open.keys()) await this.letGo(flowId);
  }

  private load(flowId: string): Open {
    const open: Open = {
      flow: takeParcel(this.db, flowId, taskName) as Promise<Flow | null>,
      isOwn: false,
      idle: [],
      busy: 0,
    };
    this.open.set(flowId, open);
    return open;
  }

  private async answer(open: Open, { kind, task, pieces }: Flow, part: number, signal: AbortSignal): Promise<Answer> {
    const { script, requests } = kinds[kind] as Kind;
    const folder = await mkdtemp(join(tmpdir(), 'assay-part-'));
    const hand = open.idle.pop() ?? new Hand(script, task);
    const stop = () => void hand.end();
    signal.addEventListener('abort', stop);
    try {
      const done: unknown[] = [];
      for (const request of await requests(this.db, task as never, pieces[part] as never, folder))
        done.push(await hand.ask(request));
      const gathered = await hand.ask(null);
      open.idle.push(hand);
      return { done, gathered, process: this.name };
    } catch (error) {
      await hand.end();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Threads go, also of a step that ended over its last part; so does a task that was fetched, our own stays until its step is over. */
  private async rest(flowId: string, open: Open): Promise<void> {
    if (!open.isOwn && this.open.get(flowId) === open) this.open.delete(flowId);
    await endIdle(open);
  }

  private async letGo(flowId: string): Promise<void> {
    const open = this.open.get(flowId);
    if (!open) return;
    this.open.delete(flowId);
    await endIdle(open);
  }

  private async isAwaited(flowId: string): Promise<boolean> {
    const rows = await this.db.query(sql`/* match.awaited */ select from match.parcel
      where flow_id = ${flowId} and name = ${taskName} limit 1`);
    return rows.length > 0;
  }

  private async checkAll(flowId: string, partCount: number): Promise<void> {
    const [row] = await this.db.query<{ count: number }>(sql`/* match.parts */
      select count(distinct name)::int as count from match.parcel where flow_id = ${flowId} and name <> ${taskName}`);
    if (row?.count !== partCount) throw new Error(`${row?.count ?? 0} of ${partCount} parts are there.`);
  }
}

const nameOf = (part: number): string => `part-${part}`;

async function endIdle({ idle }: Open): Promise<void> {
  for (const hand of idle.splice(0)) await hand.end();
}
