/** Counts requests by kind, so that a test can say what a client asked for and how often. */

const kinds: [kind: string, method: string, path: RegExp][] = [
  ['token', 'POST', /^\/services\/oauth2\/token/],
  ['oauth', '', /^\/services\/oauth2\//],
  ['soap', 'POST', /^\/services\/Soap\//i],
  ['versions', 'GET', /^\/services\/data\/?$/],
  ['bulk-job-created', 'POST', /\/jobs\/query\/?$/],
  ['bulk-job-list', 'GET', /\/jobs\/query\/?$/],
  ['bulk-results', 'GET', /\/jobs\/query\/\w+\/results/],
  ['bulk-result-pages', 'GET', /\/jobs\/query\/\w+\/resultPages/],
  ['bulk-job-polled', 'GET', /\/jobs\/query\/\w+/],
  ['bulk-job-aborted', 'PATCH', /\/jobs\/query\/\w+/],
  ['bulk-job-deleted', 'DELETE', /\/jobs\/query\/\w+/],
  ['query-more', 'GET', /\/query(All)?\/\w+/],
  ['query-all', 'GET', /\/queryAll/],
  ['query', 'GET', /\/query/],
  ['describe', 'GET', /\/sobjects\/\w+\/describe/],
  ['describe-global', 'GET', /\/sobjects\/?$/],
  ['updated', 'GET', /\/sobjects\/\w+\/updated/],
  ['deleted', 'GET', /\/sobjects\/\w+\/deleted/],
  ['record', '', /\/sobjects\/\w+/],
  ['limits', 'GET', /\/limits/],
  ['composite', '', /\/composite/],
];

export interface RequestCounts {
  count(method: string, path: string): void;
  read(): Record<string, number>;
  clear(): void;
}

export function createRequestCounts(): RequestCounts {
  const counts = new Map<string, number>();
  return {
    count: (method, path) => {
      const kind =
        kinds.find(([, only, pattern]) => (only === '' || only === method) && pattern.test(path))?.[0] ?? 'other';
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    },
    read: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
    clear: () => counts.clear(),
  };
}
