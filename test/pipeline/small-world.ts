/** The records that scripts of edits draw from: few of each object, whose values meet often. */

/** How many records of each object an org has, and what their columns may hold: values, or ids of another object by its letter. */
export const world: Record<
  string,
  { letter: string; count: number; columns: Record<string, readonly (string | null)[]> }
> = {
  account: {
    letter: 'A',
    count: 4,
    columns: {
      name: ['Acme', 'Zed Works', 'Ohm Ltd'],
      website: ['acme.io', null],
      owner_id: ['U'],
      parent_id: [null, null, 'A'],
    },
  },
  contact: {
    letter: 'C',
    count: 5,
    columns: {
      last_name: ['Lee', 'Szymborski'],
      first_name: ['Ann', 'Bob'],
      email: ['ann@acme.io', 'bob@zed.io', null],
      account_id: ['A', null],
    },
  },
  lead: {
    letter: 'L',
    count: 4,
    columns: {
      last_name: ['Lee', 'Szymborski'],
      email: ['ann@acme.io', null],
      company: ['Acme', 'Zed Works'],
      is_converted: ['false', 'true'],
      converted_contact_id: [null, 'C'],
      converted_account_id: [null, 'A'],
      converted_opportunity_id: [null, 'O'],
      status: ['Open', 'Closed'],
    },
  },
  opportunity: {
    letter: 'O',
    count: 5,
    columns: {
      name: ['Seats', 'More seats'],
      account_id: ['A', null],
      owner_id: ['U', null],
      amount: ['100', '250', null],
      stage_name: ['New', 'Won'],
      is_closed: ['true', 'false'],
      is_won: ['true', 'false'],
      // Months and years that follow one another, for what looks back.
      close_date: ['2026-02-10', '2026-03-20', '2025-02-10', '2026-07-01', '2041-03-01', '2015-03-01', null],
      campaign_id: [null, 'P'],
      currency_iso_code: ['USD', 'USD', 'JPY', null],
      record_type_id: [null, 'RT'],
    },
  },
  task: {
    letter: 'T',
    count: 5,
    // Days that no calendar has but for a deal that closes on them.
    columns: {
      who_id: ['C', 'L', null],
      what_id: ['O', 'A', null],
      account_id: [null, 'A'],
      status: ['Open', 'Done'],
      is_closed: ['true', 'false'],
      activity_date: ['2015-03-01', '2026-02-10', '2026-06-02', null],
      owner_id: ['U', null],
    },
  },
  case: {
    letter: 'K',
    count: 3,
    columns: { account_id: ['A', null], contact_id: ['C', null], status: ['New', 'Closed'] },
  },
  campaign: { letter: 'P', count: 2, columns: { name: ['Spring', 'Autumn'] } },
  campaign_member: {
    letter: 'M',
    count: 4,
    columns: {
      campaign_id: ['P'],
      lead_id: ['L', null],
      contact_id: ['C', null],
      has_responded: ['true', 'false'],
      first_responded_date: [null, '2025-12-31', '2026-03-01'],
    },
  },
  opportunity_history: { letter: 'H', count: 4, columns: { opportunity_id: ['O'], stage_name: ['New', 'Won'] } },
  forecasting_quota: {
    letter: 'Q',
    count: 2,
    columns: {
      quota_owner_id: ['U'],
      quota_amount: ['200', null],
      start_date: ['2026-01-01', '2026-02-01', '2026-07-01'],
      forecasting_type_id: ['F1', 'F2', null],
    },
  },
  user: {
    letter: 'U',
    count: 2,
    columns: {
      name: ['Una', 'Uwe'],
      is_active: ['true', 'false'],
      manager_id: [null, 'U'],
      user_role_id: [null, 'UR'],
    },
  },
  currency_type: {
    letter: 'Y',
    count: 3,
    columns: { iso_code: ['USD', 'JPY'], conversion_rate: ['1', '150', null], is_corporate: ['true', 'false'] },
  },
  product2: { letter: 'E', count: 2, columns: { name: ['Lamp', 'Desk'], family: ['Light', null] } },
  opportunity_line_item: {
    letter: 'N',
    count: 3,
    columns: { opportunity_id: ['O'], product2_id: ['E', null], total_price: ['100', '7', null] },
  },
  opportunity_split_type: { letter: 'B', count: 1, columns: { master_label: ['Revenue', 'Overlay'] } },
  opportunity_split: {
    letter: 'S',
    count: 3,
    columns: {
      opportunity_id: ['O'],
      split_owner_id: ['U'],
      split_type_id: ['B', null],
      split_percentage: ['60', '40'],
    },
  },
  opportunity_contact_role: {
    letter: 'J',
    count: 3,
    columns: { opportunity_id: ['O'], contact_id: ['C'], role: ['Buyer', null] },
  },
  lead_history: {
    letter: 'D',
    count: 3,
    columns: { lead_id: ['L'], field: ['Status', 'Phone'], new_value: ['Open', 'Closed'] },
  },
  event: {
    letter: 'V',
    count: 3,
    columns: {
      who_id: ['C', 'L', null],
      what_id: ['O', 'A', null],
      end_date_time: ['2026-03-01T00:00:00Z', '2026-06-02T00:00:00Z', null],
    },
  },
  territory2: { letter: 'F', count: 2, columns: { name: ['North', 'South'], parent_territory2_id: [null, 'F'] } },
  object_territory2_association: { letter: 'H1', count: 2, columns: { object_id: ['A'], territory2_id: ['F'] } },
  user_territory2_association: { letter: 'H2', count: 2, columns: { user_id: ['U'], territory2_id: ['F'] } },
  contract: {
    letter: 'I',
    count: 2,
    columns: { account_id: ['A', null], start_date: ['2026-01-01'], contract_term: ['12', null] },
  },
  order: { letter: 'W', count: 2, columns: { account_id: ['A', null], effective_date: ['2026-01-01', null] } },
  order_item: {
    letter: 'X',
    count: 3,
    columns: { order_id: ['W'], product2_id: ['E', null], total_price: ['5', '9'] },
  },
  asset: { letter: 'Z', count: 2, columns: { account_id: ['A'], product2_id: ['E', null], price: ['3', null] } },
  record_type: { letter: 'RT', count: 1, columns: { name: ['Renewal', 'New'] } },
  user_role: { letter: 'UR', count: 1, columns: { name: ['Seller', 'Head'] } },
  opportunity_stage: { letter: 'OS', count: 2, columns: { master_label: ['New', 'Won'], sort_order: ['1', '2'] } },
  organization: {
    letter: 'G',
    count: 1,
    columns: {
      time_zone_sid_key: ['GMT', 'Asia/Tokyo', 'America/Lima', null],
      fiscal_year_start_month: ['1', '7', null],
      uses_start_date_as_fiscal_year_name: ['true', 'false'],
    },
  },
  period: {
    letter: 'R',
    count: 2,
    columns: {
      type: ['Year', 'Quarter'],
      start_date: ['2026-02-01', '2026-05-03'],
      end_date: ['2027-01-30', '2026-03-01'],
    },
  },
};
