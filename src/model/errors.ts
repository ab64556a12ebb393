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
    hint: 'Fix each setting or file named above, then run the command again.',
  },
  'request-invalid': {
    status: 400,
    retry: 'never',
    title: 'The request is not valid',
    hint: 'Fix the fields listed under errors, then send the request again. The page /docs of the API shows every shape.',
  },
  'request-refused': {
    status: 422,
    retry: 'never',
    title: 'The request is well formed, but cannot be carried out',
    hint: 'Change the values listed under errors: they do not go together, or this org knows no such thing.',
  },
  unauthenticated: {
    status: 401,
    retry: 'never',
    title: 'No valid key was given',
    hint: 'Send the header "Authorization: Bearer <key>". Create a key with `assay key create`.',
  },
  'identity-unavailable': {
    status: 502,
    retry: 'later',
    title: 'The identity provider does not answer',
    hint: 'Check OIDC_ISSUER and the way to it. Until it answers, sign in with an API key.',
  },
  forbidden: {
    status: 403,
    retry: 'never',
    title: 'The key may not do this',
    hint: 'Use a key that has the scope named in the detail. Create one with `assay key create --scope <scope>`.',
  },
  'not-found': {
    status: 404,
    retry: 'never',
    title: 'There is nothing here',
    hint: 'Check the id and the path. The lists of the API, such as GET /v1/syncs, show what exists.',
  },
  'org-not-connected': {
    status: 409,
    retry: 'never',
    title: 'No Salesforce org is connected',
    hint: 'Connect one as the detail says, then try again.',
  },
  'cursor-unknown': {
    status: 404,
    retry: 'never',
    title: 'The list has no such place',
    hint: 'Take nextCursor of the page before as it was given, or leave the cursor out to begin anew.',
  },
  'method-not-allowed': {
    status: 405,
    retry: 'never',
    title: 'This path does not have this method',
    hint: 'Use a method of the header Allow. The page /docs of the API shows every request.',
  },
  'sync-already-active': {
    status: 409,
    retry: 'later',
    title: 'A sync of this org is already running',
    hint: 'Follow the sync named in the Location header, or cancel it with POST /v1/syncs/{id}/cancel.',
  },
  'sync-not-active': {
    status: 409,
    retry: 'never',
    title: 'This sync has already ended',
    hint: 'You can cancel a queued or running sync only. GET /v1/syncs shows the state of each sync.',
  },
  'mail-unavailable': {
    status: 503,
    retry: 'later',
    title: 'The mail server does not answer',
    hint: 'Assay tries again by itself. If it stays, check SMTP_URL and the way to the mail server.',
  },
  'mail-refused': {
    status: 502,
    retry: 'never',
    title: 'The mail server refused the message',
    hint: 'Check SMTP_URL, MAIL_FROM and the address, then restart the worker: it sends the message again.',
  },
  'slack-signature': {
    status: 401,
    retry: 'never',
    title: 'The request is not signed by Slack',
    hint: 'Set SLACK_SIGNING_SECRET to the signing secret of the Slack app, and check the clock of this machine.',
  },
  'incident-over': {
    status: 409,
    retry: 'never',
    title: 'This incident is resolved',
    hint: 'Only an incident that is not resolved can be acknowledged or muted. GET /v1/incidents shows those.',
  },
  conflict: {
    status: 409,
    retry: 'later',
    title: 'Somebody else changed this in the meantime',
    hint: 'Read it again, then repeat your change.',
  },
  'version-required': {
    status: 428,
    retry: 'never',
    title: 'The change does not say which version it is of',
    hint: 'Read it first, then send its ETag as the header If-Match with your change.',
  },
  'version-outdated': {
    status: 412,
    retry: 'never',
    title: 'Somebody else changed this since you read it',
    hint: 'Read it again. Send your change with the new ETag as the header If-Match, if it is still wanted.',
  },
  'idempotency-key-reused': {
    status: 422,
    retry: 'never',
    title: 'This Idempotency-Key belongs to another request',
    hint: 'Send a new key with a new request. Use the same key only to repeat the same request.',
  },
  'rate-limited': {
    status: 429,
    retry: 'later',
    title: 'Too many requests',
    hint: 'Wait for the seconds in the Retry-After header, then send the request again.',
  },
  internal: {
    status: 500,
    retry: 'later',
    title: 'Something failed inside Assay',
    hint: 'Give the requestId to whoever runs Assay. The log line with this requestId names the cause.',
  },
  'database-full': {
    status: 503,
    retry: 'later',
    title: 'The disk of PostgreSQL is full',
    hint: 'Give the database more disk space. The published view stays, and the next sync continues where this one stopped.',
  },
  'database-read-only': {
    status: 503,
    retry: 'later',
    title: 'PostgreSQL accepts no writes',
    hint: 'DATABASE_URL points to a replica, or the server is read-only. Set DATABASE_URL to the primary, then restart Assay.',
  },
  'database-crowded': {
    status: 503,
    retry: 'later',
    title: 'PostgreSQL has no connection left',
    hint: 'Raise max_connections of the server, or run fewer processes of Assay. It is tried again by itself.',
  },
  'database-slow': {
    status: 503,
    retry: 'later',
    title: 'PostgreSQL took too long',
    hint: 'Ask for less, by a filter or a smaller limit, or try again after the seconds in the Retry-After header. If it lasts, look in pg_stat_activity for what others run, or raise API_QUERY_SECONDS.',
  },
  'database-unreachable': {
    status: 503,
    retry: 'later',
    title: 'PostgreSQL does not answer',
    hint: 'Start PostgreSQL, or check DATABASE_URL and the way to it. Assay connects again by itself.',
  },
  'not-ready': {
    status: 503,
    retry: 'later',
    title: 'The service is not ready',
    hint: 'The checks in the body name what is missing. Start that part, for example with `assay worker`.',
  },
  'not-matched': {
    status: 409,
    retry: 'later',
    title: 'Nothing was matched yet',
    hint: 'Wait for the first sync to succeed, or start one with POST /v1/syncs, then ask again.',
  },
  'schema-outdated': {
    status: 503,
    retry: 'never',
    title: 'The database schema does not fit this version',
    hint: 'Run `assay migrate` of this version. If the database knows a file that this version does not, start the newer version.',
  },
  'database-before-release': {
    status: 503,
    retry: 'never',
    title: 'The database cannot be upgraded',
    hint: 'Set DATABASE_URL to a new database, or ASSAY_DATA to a new folder, then run `assay migrate`. The page docs/how-to/upgrade.md says how to keep decisions.',
  },
  'migration-out-of-order': {
    status: 503,
    retry: 'never',
    title: 'A migration has a number that is taken or too low',
    hint: 'Rename the file as the detail says. Migrations run in the order of their numbers.',
  },
  'lease-lost': {
    status: 409,
    retry: 'later',
    title: 'Another worker has taken over this run',
    hint: 'You need to do nothing. The other worker continues from the last saved step.',
  },
  canceled: {
    status: 409,
    retry: 'never',
    title: 'The run was cancelled',
    hint: 'Start a new sync with `assay sync` when you are ready.',
  },
  'crashed-repeatedly': {
    status: 500,
    retry: 'never',
    title: 'The sync stopped its worker several times',
    hint: 'Find the last stage in the log of the worker and fix the cause. Then start a new sync with `assay sync`.',
  },
  'salesforce-unreachable': {
    status: 502,
    retry: 'later',
    title: 'Salesforce did not answer',
    hint: 'Check SALESFORCE_LOGIN_URL and the network. The page status.salesforce.com lists outages.',
  },
  'salesforce-login-refused': {
    status: 502,
    retry: 'never',
    title: 'Salesforce refused the login',
    hint: 'The detail names the wrong part: client id, client secret, user or flow. Correct it, then send POST /v1/connections/default/test.',
  },
  'salesforce-org-changed': {
    status: 409,
    retry: 'never',
    title: 'The login leads to another Salesforce org',
    hint: 'Give the connection a login to its own org again. Add the other org as a connection of its own with POST /v1/connections; a refreshed sandbox is another org too.',
  },
  'salesforce-org-moved': {
    status: 502,
    retry: 'never',
    title: 'The Salesforce org has moved to another address',
    hint: 'Set SALESFORCE_LOGIN_URL, or loginUrl of the connection with PATCH /v1/connections/{id}, to the present My Domain of the org.',
  },
  'salesforce-api-off': {
    status: 502,
    retry: 'never',
    title: 'The Salesforce org does not allow the API',
    hint: 'Ask a Salesforce admin whether the edition has the API, and give the integration user the permission API Enabled. Then run `assay sync`.',
  },
  'salesforce-policy': {
    status: 502,
    retry: 'later',
    title: 'A security policy of the Salesforce org refused a request',
    hint: 'It is tried again by itself. If it lasts, ask a Salesforce admin to exempt the integration user from the transaction security policy.',
  },
  'salesforce-org-known': {
    status: 409,
    retry: 'never',
    title: 'This Salesforce org is connected already',
    hint: 'Sync the connection that the detail names. Change the login of this one, or delete it.',
  },
  'salesforce-no-permission': {
    status: 502,
    retry: 'never',
    title: 'The Salesforce user may not read an object',
    hint: 'Give the integration user Read and View All on the object named, or leave it out with `assay sync --objects <names>`.',
  },
  'salesforce-limit': {
    status: 503,
    retry: 'later',
    title: 'A Salesforce limit is used up',
    hint: 'Salesforce frees its daily API requests over 24 hours. The detail names the limit. Then run `assay sync`.',
  },
  'salesforce-budget': {
    status: 503,
    retry: 'later',
    title: 'The share of Salesforce API requests is used up',
    hint: 'The sync continues by itself when requests are free again. Change the share with SALESFORCE_API_TOTAL_SHARE or SALESFORCE_API_SYNC_SHARE.',
  },
  'salesforce-url-refused': {
    status: 422,
    retry: 'never',
    title: 'This is not a Salesforce URL',
    hint: 'Use the My Domain URL of the org, https://<name>.my.salesforce.com.',
  },
  'salesforce-export-lost': {
    status: 502,
    retry: 'later',
    title: 'Salesforce no longer has an export',
    hint: 'You need to do nothing. Assay starts the export again after the last row it has saved.',
  },
  'salesforce-field-gone': {
    status: 502,
    retry: 'later',
    title: 'A field is no longer there',
    hint: 'You need to do nothing. Assay reads the list of fields again and keeps the values it last saw.',
  },
  'salesforce-answer-invalid': {
    status: 502,
    retry: 'later',
    title: 'Salesforce sent an incomplete or wrong answer',
    hint: 'You need to do nothing. Assay saved nothing of this answer and asks again at the next attempt.',
  },
  'salesforce-query-failed': {
    status: 502,
    retry: 'later',
    title: 'A Salesforce query job failed',
    hint: 'The detail quotes Salesforce. Try fewer objects at once with `assay sync --objects <names>`.',
  },
  'rows-implausible': {
    status: 409,
    retry: 'never',
    title: 'Salesforce suddenly shows far fewer records',
    hint: 'Check whether the integration user lost a permission. If the records are really gone, run `assay sync --mode full`.',
  },
  'published-shape-held': {
    status: 409,
    retry: 'never',
    title: 'One of your views blocks a change to a published table',
    hint: 'Drop the view named in the detail, run `assay sync`, then create the view again. Until then readers see the last published sync.',
  },
  'published-shape-busy': {
    status: 503,
    retry: 'later',
    title: 'Long queries keep a published table from changing its shape',
    hint: 'Let the queries on the published view end. The sync is tried again by itself; readers keep the last published run.',
  },
  'file-invalid': {
    status: 422,
    retry: 'never',
    title: 'A file cannot be read',
    hint: 'Fix the file named above, then run the command again.',
  },
  'file-unwritable': {
    status: 400,
    retry: 'never',
    title: 'A file cannot be written',
    hint: 'Name a file in an existing folder in which you may write, then run the command again.',
  },
  'option-invalid': {
    status: 400,
    retry: 'never',
    title: 'An option is not valid',
    hint: 'Run the command with --help to see what each option accepts.',
  },
  'api-unreachable': {
    status: 502,
    retry: 'later',
    title: 'The Assay API did not answer',
    hint: 'Check --url or ASSAY_URL. If the API does not run, start it with `assay serve`.',
  },
  'slack-refused': {
    status: 502,
    retry: 'never',
    title: 'Slack refused the message',
    hint: 'Check SLACK_WEBHOOK_URL, or SLACK_BOT_TOKEN and SLACK_CHANNEL. Then restart the worker.',
  },
  'slack-unavailable': {
    status: 502,
    retry: 'later',
    title: 'Slack did not accept the message',
    hint: 'You need to do nothing. Assay sends the message again.',
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
