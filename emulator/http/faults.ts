/** Keeps the faults a test ordered and says which one the next request must suffer. */
import { z } from 'zod';

const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}, 'not a regular expression');

const faultKinds = [
  /** The session ends for good: 401 until the client logs in again. */
  'expire-session',
  /** 403 REQUEST_LIMIT_EXCEEDED: the day's requests are used up (wait hours), or too many long ones run (wait seconds). */
  'daily-limit',
  'concurrent-limit',
  /** Any status, error code and message; default 503 SERVER_UNAVAILABLE. */
  'status',
  /** A web page where JSON or CSV is due. */
  'html',
  /** The answer comes late. */
  'slow',
  /** The connection breaks in the middle of the body. */
  'drop',
  /** A body that ends well, with the last row of a bulk result missing. */
  'truncate',
  /** Sforce-NumberOfRecords counts one row too many. */
  'wrong-count',
  /** The next bulk job ends Failed, stays InProgress for long, or is gone with its result. */
  'job-failed',
  'job-slow',
  'job-expired',
  /** A REST query page with fewer rows than asked for. */
  'short-page',
  /** The cursor is closed: 400 INVALID_QUERY_LOCATOR. */
  'locator-lost',
] as const;

export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** For `status` and `html`; default 503. */
  status: z.int().min(200).max(599).optional(),
  errorCode: z.string().optional(),
  message: z.string().optional(),
  /** For `status`: the header Location, as of an org that has moved. */
  location: z.string().optional(),
  /** Regular expression on path and query. */
  path: pattern.optional(),
  method: z.string().optional(),
  sobject: z.string().optional(),
  /** Lets this many matching requests through first. */
  after: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  /** For `slow` and `job-slow`. */
  delayMs: z.int().min(0).max(3_600_000).default(1000),
  /** For `job-slow`: so many polls find it running, whatever the time. */
  polls: z.int().min(0).max(100_000).default(0),
  /** For `short-page`; default a third of the size asked for. */
  rows: z.int().min(1).max(2000).optional(),
});

export type Fault = z.infer<typeof faultSchema>;

export interface FaultTarget {
  method: string;
  url: string;
  /** The sObject the request is about, where it is about one. */
  sobject: string | null;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  list(): Fault[];
  /** Every fault due on this request; each is used up by being answered. */
  take(target: FaultTarget): Fault[];
}

const newJob = /\/jobs\/query\/?$|\/services\/async\/[\d.]+\/job\/\w+\/batch\/?$/;

// Kinds that make sense on one sort of request only wait for it.
const places: Partial<Record<Fault['kind'], { method: '' | 'GET' | 'POST'; path: RegExp }>> = {
  'daily-limit': { method: '', path: /^\/services\/(data|async)\/./ },
  'concurrent-limit': { method: '', path: /^\/services\/(data|async)\/./ },
  'job-failed': { method: 'POST', path: newJob },
  'job-slow': { method: 'POST', path: newJob },
  'job-expired': { method: 'GET', path: /\/jobs\/query\/\w+/ },
  'short-page': { method: 'GET', path: /\/query(All)?\/?(\?|$|\/\w)/i },
  'locator-lost': { method: 'GET', path: /\/query(All)?\/01g/i },
  truncate: { method: 'GET', path: /\/jobs\/query\/\w+\/results/ },
  'expire-session': { method: '', path: /^\/services\/(data|async)\/./ },
  'wrong-count': { method: 'GET', path: /\/jobs\/query\/\w+\/results/ },
};

const answers = new Set<Fault['kind']>(['daily-limit', 'concurrent-limit', 'status', 'html']);

export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add: (fault) => void faults.push({ ...fault }),
    clear: () => {
      faults = [];
    },
    list: () => faults,
    take: (target) => {
      const due: Fault[] = [];
      for (const fault of faults.filter((one) => matches(one, target))) {
        // A request has one answer: a second fault that would be it waits for the next.
        if (answers.has(fault.kind) && due.some(({ kind }) => answers.has(kind))) continue;
        if (fault.after > 0) {
          fault.after--;
          continue;
        }
        fault.times--;
        due.push(fault);
      }
      faults = faults.filter(({ times }) => times > 0);
      return due;
    },
  };
}

function matches(fault: Fault, { method, url, sobject }: FaultTarget): boolean {
  const place = places[fault.kind];
  return (
    (!place || ((place.method === '' || place.method === method) && place.path.test(url))) &&
    (!fault.method || fault.method.toUpperCase() === method) &&
    (!fault.path || new RegExp(fault.path).test(url)) &&
    (!fault.sobject || fault.sobject.toLowerCase() === sobject?.toLowerCase())
  );
}
