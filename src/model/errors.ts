/** The one table of faults: what went wrong, as HTTP says it, whether trying again helps, and what the reader should do. */

export type ErrorKind = {
  /** HTTP status when a request meets this fault. */
  status: number;
  /** `never`: trying again cannot help; `later`: it may. */
  retry: 'never' | 'later';
  title: string;
  hint: string;
};

export const errorTable = {
  'config-invalid': {
    status: 500,
    retry: 'never',
    title: 'The configuration is not valid',
    hint: 'Mend every fault listed and start again.',
  },
  'request-invalid': {
    status: 400,
    retry: 'never',
    title: 'The request is not valid',
    hint: 'Mend the fields listed under errors; the API docs show each shape.',
  },
  unauthenticated: {
    status: 401,
    retry: 'never',
    title: 'No valid key was given',
    hint: 'Send "Authorization: Bearer <key>"; `assay key` makes one.',
  },
  forbidden: {
    status: 403,
    retry: 'never',
    title: 'The key may not do this',
    hint: 'Use a key with the scope named in the detail.',
  },
  'not-found': {
    status: 404,
    retry: 'never',
    title: 'There is nothing here',
    hint: 'Check the id and the path; the lists name what exists.',
  },
  'sync-already-active': {
    status: 409,
    retry: 'later',
    title: 'A sync of this org is already under way',
    hint: 'Follow the one named in Location, or cancel it first.',
  },
  'sync-not-active': {
    status: 409,
    retry: 'never',
    title: 'This sync has ended already',
    hint: 'Only a queued or running sync can be cancelled.',
  },
  conflict: {
    status: 409,
    retry: 'later',
    title: 'Somebody else changed this meanwhile',
    hint: 'Read it again and repeat the change.',
  },
  'idempotency-key-reused': {
    status: 422,
    retry: 'never',
    title: 'This Idempotency-Key stands for another request',
    hint: 'Send a new key with a new request; the same key only to repeat the same one.',
  },
  'rate-limited': {
    status: 429,
    retry: 'later',
    title: 'Too many requests',
    hint: 'Wait as long as Retry-After says.',
  },
  internal: {
    status: 500,
    retry: 'later',
    title: 'Something failed on our side',
    hint: 'Quote the requestId to whoever runs this service; its log has the cause.',
  },
  'database-full': {
    status: 503,
    retry: 'later',
    title: 'The disk of PostgreSQL is full',
    hint: 'Give the database room; what is published stays, and the next sync goes on where this one ended.',
  },
  'database-read-only': {
    status: 503,
    retry: 'later',
    title: 'PostgreSQL takes no writes',
    hint: 'DATABASE_URL points at a replica, or the server was set read-only; point it at the primary.',
  },
  'not-ready': {
    status: 503,
    retry: 'later',
    title: 'The service is not ready',
    hint: 'The checks in the body say what is missing.',
  },
  'schema-outdated': {
    status: 503,
    retry: 'never',
    title: 'The database schema does not fit this version',
    hint: 'Run `assay migrate` of this version. Where the database knows a file that this version does not, start the newer version.',
  },
  'database-before-release': {
    status: 503,
    retry: 'never',
    title: 'The database cannot be upgraded',
    hint: 'Set DATABASE_URL (or, for the embedded database, ASSAY_DATA) to a new one, run `assay migrate` and sync again; the page on deploying says how to carry decisions over.',
  },
  'migration-out-of-order': {
    status: 503,
    retry: 'never',
    title: 'A migration has a number that is taken or too low',
    hint: 'Rename the file as the detail says; migrations are applied in the order of their numbers.',
  },
  'lease-lost': {
    status: 409,
    retry: 'later',
    title: 'Another worker has taken over this run',
    hint: 'Nothing to do: the other worker goes on from the last committed step.',
  },
  canceled: {
    status: 409,
    retry: 'never',
    title: 'The run was cancelled',
    hint: 'Start a new sync when you are ready.',
  },
  'crashed-repeatedly': {
    status: 500,
    retry: 'never',
    title: 'The run kept crashing its worker',
    hint: 'Look for the last stage in the log of the worker; start a new sync once it is mended.',
  },
  'salesforce-unreachable': {
    status: 502,
    retry: 'later',
    title: 'Salesforce did not answer',
    hint: 'Check SALESFORCE_LOGIN_URL and the network; status.salesforce.com tells of outages.',
  },
  'salesforce-login-refused': {
    status: 502,
    retry: 'never',
    title: 'Salesforce refused the login',
    hint: 'The detail says which part is wrong: client id, client secret, user or flow.',
  },
  'salesforce-no-permission': {
    status: 502,
    retry: 'never',
    title: 'The Salesforce user may not read an object',
    hint: 'Grant the integration user Read and View All on the object named, or leave it out of `objects`.',
  },
  'salesforce-limit': {
    status: 503,
    retry: 'later',
    title: 'A Salesforce limit is used up',
    hint: 'The daily API limit frees itself over 24 hours; see the detail for the limit met.',
  },
  'salesforce-budget': {
    status: 503,
    retry: 'later',
    title: 'The share of Salesforce API requests is spent',
    hint: 'The sync goes on by itself once requests are free again; SALESFORCE_API_TOTAL_SHARE and SALESFORCE_API_SYNC_SHARE set the shares.',
  },
  'salesforce-url-refused': {
    status: 400,
    retry: 'never',
    title: 'A URL is not one of Salesforce',
    hint: 'Use the My Domain of the org, https://….my.salesforce.com.',
  },
  'salesforce-export-lost': {
    status: 502,
    retry: 'later',
    title: 'Salesforce has forgotten an export',
    hint: 'Nothing to do: it is begun again after the last row that was kept.',
  },
  'salesforce-field-gone': {
    status: 502,
    retry: 'later',
    title: 'A field is no longer there',
    hint: 'Nothing to do: the object is described again, and the field kept as it was last seen.',
  },
  'salesforce-answer-invalid': {
    status: 502,
    retry: 'later',
    title: 'Salesforce sent an answer that does not add up',
    hint: 'The page is read again by the next attempt; nothing of it was kept.',
  },
  'salesforce-query-failed': {
    status: 502,
    retry: 'later',
    title: 'A Salesforce query job failed',
    hint: 'The detail quotes Salesforce; a smaller set of fields or objects may help.',
  },
  'rows-implausible': {
    status: 409,
    retry: 'never',
    title: 'Salesforce suddenly shows far fewer records',
    hint: 'A lost permission looks like this: check the integration user, then sync again with mode "full".',
  },
  'published-shape-held': {
    status: 409,
    retry: 'never',
    title: 'A view of yours stands on a published table that has to change',
    hint: 'Drop the view named, sync once and create it again; until then readers keep the last published run.',
  },
  'file-invalid': {
    status: 400,
    retry: 'never',
    title: 'A file cannot be read as it should',
    hint: 'Mend what the detail names, by file, line and column where it is a place in it.',
  },
  'file-unwritable': {
    status: 400,
    retry: 'never',
    title: 'A file cannot be written',
    hint: 'Name a file in a folder that exists and that you may write to.',
  },
  'option-invalid': {
    status: 400,
    retry: 'never',
    title: 'An option is not valid',
    hint: 'The command with --help tells what each option takes.',
  },
  'api-unreachable': {
    status: 502,
    retry: 'later',
    title: 'The control API did not answer',
    hint: 'Check --url or ASSAY_URL, and that `assay serve` runs there.',
  },
  'slack-refused': {
    status: 502,
    retry: 'never',
    title: 'Slack refused the message for good',
    hint: 'Check the webhook URL or the bot token and its channel.',
  },
  'slack-unavailable': {
    status: 502,
    retry: 'later',
    title: 'Slack did not take the message',
    hint: 'It is sent again by itself.',
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorTable;

/** One fault at one place: `pointer` is a JSON pointer (`/objects/0`), a setting's name, or file:line:column. */
export type Fault = { pointer: string; message: string };

type Extra = { faults?: Fault[]; headers?: Record<string, string>; cause?: unknown };

/** The only error thrown on purpose. `message` is the detail a user reads: what happened to what, never a secret. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly faults: Fault[];
  /** HTTP headers that belong to the answer, e.g. Location or Retry-After. */
  readonly headers: Record<string, string>;

  constructor(code: ErrorCode, detail: string, extra: Extra = {}) {
    super(detail, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.name = 'DomainError';
    this.code = code;
    this.faults = extra.faults ?? [];
    this.headers = extra.headers ?? {};
  }

  get kind(): ErrorKind {
    return errorTable[this.code];
  }
}
