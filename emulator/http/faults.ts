/** Keeps the faults a test ordered and says which one the next request must suffer. */
import { z } from 'zod';

const pattern = z.string().refine((text) => {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}, 'not a regular expression');

export const faultSchema = z.strictObject({
  kind: z.enum(['expire-session', 'status', 'drop', 'wrong-count', 'slow', 'job-failed', 'html']),
  /** For `status` and `html`; default 503. */
  status: z.int().min(200).max(599).optional(),
  errorCode: z.string().optional(),
  message: z.string().optional(),
  /** Regular expression on path and query. */
  path: pattern.optional(),
  method: z.string().optional(),
  sobject: z.string().optional(),
  /** Lets this many matching requests through first. */
  after: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  /** For `slow`. */
  delayMs: z.int().min(0).max(600_000).default(1000),
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

// Kinds that make sense on one sort of request only wait for it.
const places: Partial<Record<Fault['kind'], { method: '' | 'GET' | 'POST'; path: RegExp }>> = {
  'job-failed': { method: 'POST', path: /\/jobs\/query\/?$/ },
  'expire-session': { method: '', path: /^\/services\/data\/./ },
  'wrong-count': { method: 'GET', path: /\/jobs\/query\/\w+\/results/ },
};

export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add: (fault) => void faults.push({ ...fault }),
    clear: () => {
      faults = [];
    },
    list: () => faults,
    take: (target) => {
      const due = faults
        .filter((fault) => matches(fault, target))
        .filter((fault) => {
          if (fault.after > 0) {
            fault.after--;
            return false;
          }
          fault.times--;
          return true;
        });
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
