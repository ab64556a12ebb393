/** Who changes something: a person, an API key, a schedule, or a part of Assay itself. */
import { z } from 'zod';

export const actorKind = z.enum(['person', 'key', 'schedule', 'system']);
export type ActorKind = z.infer<typeof actorKind>;

/** `id` names one actor among its kind for good; `name` is what people read, and may change. */
export type Actor = {
  kind: ActorKind;
  id: string;
  name: string;
  /** Of a request over HTTP. */
  asked?: AskedFrom;
};

/** From which address, as the service sees it, and the id that the answer and the access log have. */
export type AskedFrom = { address: string; requestId: string };

/** `assay key`, typed by whoever has the machine. */
export const commandLine = systemActor('cli');

export function systemActor(id: string): Actor {
  return { kind: 'system', id, name: id };
}

/** `key:key_…`, `schedule:nightly`, `system:cli`: as rows keep it beside what was done. */
export function actorText({ kind, id }: Pick<Actor, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}
