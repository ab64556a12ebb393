/** Rows that the worked examples of several metrics share, so that their values can be held against each other. */
import type { MetricExample } from '../src/model/metric.ts';

/** A renewal booked on the copy of an account: on raw one customer leaves and one comes, on clean one grows. */
export const renewalOnCopy: MetricExample['rows'] = {
  fct_account_month: [
    {
      are_accounts_joined: false,
      are_deals_joined: false,
      month: '2026-01-01',
      customer_key: 'a1',
      closing: 100,
      new: 100,
      is_active: true,
      is_new: true,
    },
    {
      are_accounts_joined: false,
      are_deals_joined: false,
      month: '2026-02-01',
      customer_key: 'a1',
      opening: 100,
      churn: 100,
      was_active: true,
      is_lost: true,
    },
    {
      are_accounts_joined: false,
      are_deals_joined: false,
      month: '2026-02-01',
      customer_key: 'a2',
      closing: 120,
      new: 120,
      is_active: true,
      is_new: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-01-01',
      customer_key: 'acme',
      closing: 100,
      new: 100,
      is_active: true,
      is_new: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-02-01',
      customer_key: 'acme',
      opening: 100,
      closing: 120,
      expansion: 20,
      was_active: true,
      is_active: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-02-01',
      customer_key: 'none',
      cohort_month: null,
      closing: 9,
    },
  ],
};

/** Customers who first paid in one month, and those of them who pay twelve months later. */
export const cohortAYearLater: MetricExample['rows'] = {
  fct_account_month: [
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-01-01',
      customer_key: 'acme',
      closing: 100,
      first_amount: 100,
      is_active: true,
      months_since: 0,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-03-01',
      customer_key: 'acme',
      closing: 150,
      first_amount: 100,
      is_active: true,
      months_since: 12,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-03-01',
      customer_key: 'zed',
      closing: 0,
      first_amount: 50,
      months_since: 12,
    },
  ],
};

/** Customers, and what they pay twelve months later. */
export const customersAYearLater: MetricExample['rows'] = {
  fct_account_month: [
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-03-01',
      customer_key: 'acme',
      closing: 150,
      closing_year_ago: 100,
      is_active: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-03-01',
      customer_key: 'zed',
      closing: 0,
      closing_year_ago: 50,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-03-01',
      customer_key: 'ohm',
      closing: 80,
      closing_year_ago: 0,
      is_active: true,
      is_new: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      month: '2026-02-01',
      customer_key: 'acme',
      closing: 10,
      closing_year_ago: 100,
    },
  ],
};

/** Where an org keeps what was done for a lead. */
export const answersOfAnOrg: Record<string, string[]>[] = [
  { Task: ['WhoId', 'CompletedDateTime', 'TaskSubtype'] },
  { Event: ['WhoId', 'StartDateTime'] },
  { Lead: ['FirstCallDateTime'] },
  { Lead: ['FirstEmailDateTime'] },
  { Contact: ['FirstCallDateTime'] },
  { Contact: ['FirstEmailDateTime'] },
];

/** Where an org keeps what was paid to channels. */
export const spendOfAnOrg: Record<string, string[]>[] = [
  { 'input:spend': ['month', 'amount'] },
  { Campaign: ['StartDate', 'ActualCost'] },
];

/** Leads that were answered at once, late, and never, some of one person. */
export const answersToLeads: MetricExample['rows'] = {
  fct_lead_response: [
    {
      created_on: '2026-03-02',
      answered_on_raw: '2026-03-02',
      response_hours_raw: 0.5,
      working_hours_raw: 0.5,
      answered_on: '2026-03-02',
      response_hours: 0.5,
      working_hours: 0.5,
    },
    // The person asked again, and the second inquiry was worked.
    { created_on: '2026-03-03', answered_on: '2026-03-06', response_hours: 70, working_hours: 16 },
    {
      created_on: '2026-03-06',
      counts_in_clean: false,
      answered_on_raw: '2026-03-06',
      response_hours_raw: 1,
      working_hours_raw: 1,
    },
    { created_on: '2026-03-07' },
    // Done on a day, and nobody says when.
    { created_on: '2026-03-08', answered_on_raw: '2026-03-09', answered_on: '2026-03-09' },
    // The meeting lies ahead.
    {
      created_on: '2026-03-09',
      answered_on_raw: '2026-09-01',
      response_hours_raw: 4000,
      working_hours_raw: 900,
      answered_on: '2026-09-01',
      response_hours: 4000,
      working_hours: 900,
    },
  ],
};

/** Leads on their way to a won deal, some of one person. */
export const leadsOnTheirWay: MetricExample['rows'] = {
  fct_lead_cycle: [
    { created_on: '2026-01-10', mql_on_raw: '2026-01-20', mql_on: '2026-01-20' },
    // Its person became a customer by another record.
    {
      created_on: '2026-01-11',
      mql_on: '2026-02-01',
      sql_on: '2026-02-10',
      opportunity_on: '2026-02-10',
      won_on: '2026-03-30',
    },
    {
      created_on: '2026-02-01',
      counts_in_clean: false,
      mql_on_raw: '2026-02-01',
      sql_on_raw: '2026-02-10',
      opportunity_on_raw: '2026-02-10',
      won_on_raw: '2026-03-30',
    },
    { created_on: '2026-01-12' },
    { created_on: '2026-01-13', mql_on_raw: '2026-05-30', mql_on: '2026-05-30' },
    // Too young.
    { created_on: '2026-05-25', mql_on_raw: '2026-05-26', mql_on: '2026-05-26' },
  ],
};

/** Two customers of whom one leaves, and a month in which nobody does. */
export const customersWhoLeave: MetricExample['rows'] = {
  fct_account_month: [
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      customer_key: 'acme',
      month: '2026-01-01',
      closing: 100,
      opening: 100,
      margin: 0.8,
      was_active: true,
      is_active: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      customer_key: 'zed',
      month: '2026-01-01',
      opening: 100,
      churn: 100,
      was_active: true,
      is_lost: true,
    },
    {
      are_accounts_joined: true,
      are_deals_joined: true,
      customer_key: 'acme',
      month: '2026-04-01',
      closing: 100,
      opening: 100,
      margin: 0.8,
      was_active: true,
      is_active: true,
    },
  ],
};
