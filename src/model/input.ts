/** What numbers need and Salesforce does not hold: people give it as CSV, one file an input. */

/**
 * month: the first day of one; amount: a decimal number; rate: a share of 0 to 1, also written in per cent;
 * months: a whole number; currency: an ISO code; time: of a day, 09:00 to 24:00.
 */
export const inputTypes = ['text', 'month', 'amount', 'rate', 'months', 'currency', 'time'] as const;
export type InputType = (typeof inputTypes)[number];

export type InputColumn = {
  type: InputType;
  /** Each line has a value. */
  isRequired?: true;
  /** It may name a person: whoever may see no personal data sees ids only. */
  isPerson?: true;
  /** The words it may be. */
  oneOf?: readonly string[];
  /** The column of a time before it. */
  after?: string;
  description: string;
};

export type InputDefinition = {
  name: string;
  title: string;
  description: string;
  columns: Record<string, InputColumn>;
  /** Columns of which no two lines may have the same values. Without any there is one line. */
  key: readonly string[];
};

/** In the order of the page. The tables that show them are in src/marts. */
export const inputs: readonly InputDefinition[] = [
  {
    name: 'spend',
    title: 'Spend on marketing and sales',
    description:
      'Money spent to win customers, by month and channel. A month without a line is unknown; one with 0 is a month without spend',
    columns: {
      month: { type: 'month', isRequired: true, description: 'The month, like 2026-01' },
      channel: { type: 'text', description: 'Channel, as lead sources or campaign types name it' },
      kind: {
        type: 'text',
        oneOf: ['programme', 'other'],
        description: 'programme: paid to a channel; other: salaries, tools. Left out: programme',
      },
      amount: { type: 'amount', isRequired: true, description: 'Money spent' },
      currency: { type: 'currency', description: 'ISO code; left out: the corporate currency' },
    },
    key: ['month', 'channel', 'kind', 'currency'],
  },
  {
    name: 'margin',
    title: 'Gross margin',
    description: 'Share of revenue that is left after what it costs to serve customers, from a month on',
    columns: {
      from: { type: 'month', description: 'First month it holds for; left out: since ever' },
      margin: { type: 'rate', isRequired: true, description: 'The share, 0.8 or 80 %' },
    },
    key: ['from'],
  },
  {
    name: 'targets',
    title: 'Targets',
    description: 'What is to be sold, by person and period. With it the quotas of Salesforce do not count',
    columns: {
      start: { type: 'month', isRequired: true, description: 'First month of the period' },
      months: { type: 'months', description: 'Months of the period; left out: 3' },
      owner: { type: 'text', isRequired: true, isPerson: true, description: 'Salesforce id or e-mail of the user' },
      amount: { type: 'amount', isRequired: true, description: 'Amount to sell' },
      currency: { type: 'currency', description: 'ISO code; left out: the corporate currency' },
    },
    key: ['start', 'owner'],
  },
  {
    name: 'mql',
    title: 'Lead statuses that qualify',
    description: 'Which status of a lead makes it qualified for marketing or for sales',
    columns: {
      stage: { type: 'text', oneOf: ['mql', 'sql'], isRequired: true, description: 'mql or sql' },
      status: { type: 'text', isRequired: true, description: 'Status of the lead' },
    },
    key: ['stage', 'status'],
  },
  {
    name: 'recurring',
    title: 'What is recurring',
    description: 'Which sales run for a term, and for how long where their record does not say it',
    columns: {
      object: {
        type: 'text',
        oneOf: ['Opportunity', 'OrderItem', 'Asset'],
        isRequired: true,
        description: 'Where sales are read from: deals won, items of active orders, or assets',
      },
      type: { type: 'text', description: 'Type of the deal, or family of the product; left out: every other' },
      term: { type: 'months', isRequired: true, description: 'Months a sale runs; 0: it is sold once' },
    },
    key: ['object', 'type'],
  },
  {
    name: 'grace',
    title: 'Grace before a customer has left',
    description:
      'For how long a customer whose term ended may take to renew. Until then they pay as before, and who renews in time never left',
    columns: { months: { type: 'months', isRequired: true, description: 'Whole months; 0: none' } },
    key: [],
  },
  {
    name: 'working_hours',
    title: 'Working hours',
    description: 'When leads are answered, in the time zone of the org. A day without a line is free',
    columns: {
      day: {
        type: 'text',
        oneOf: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
        isRequired: true,
        description: 'Day of the week',
      },
      from: { type: 'time', isRequired: true, description: 'When work begins, like 09:00' },
      until: { type: 'time', isRequired: true, after: 'from', description: 'When it ends, 24:00 at the latest' },
    },
    key: ['day', 'from'],
  },
];
