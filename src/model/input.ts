/** What numbers need and Salesforce does not hold: people give it as CSV, one file an input. */

/**
 * month: the first day of one; amount: a decimal number; rate: a share of 0 to 1, also written in per cent;
 * months: a whole number; currency: an ISO code.
 */
export type InputType = 'text' | 'month' | 'amount' | 'rate' | 'months' | 'currency';

export type InputColumn = {
  type: InputType;
  /** Each line has a value. */
  isRequired?: true;
  /** It may name a person: whoever may see no personal data sees ids only. */
  isPerson?: true;
  /** The words it may be. */
  oneOf?: readonly string[];
  description: string;
};

export type InputDefinition = {
  name: string;
  title: string;
  description: string;
  columns: Record<string, InputColumn>;
  /** Columns of which no two lines may have the same values. */
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
];
