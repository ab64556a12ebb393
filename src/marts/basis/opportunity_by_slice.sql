-- grain: one opportunity on one basis in each period and slice it belongs to; accounts in period all only
-- basis: raw or clean
-- period: all, or the calendar quarter of the close day
-- slice: all, owner:<user id> or account:<key>
-- opportunity_id: Salesforce id
-- account: Salesforce account on raw, company on clean
-- amount: Amount, in the corporate currency where the org says its rate; sums are of one currency only
-- is_closed: Closed, won or lost
-- is_won: Won
-- is_open: Neither closed nor left out of the forecast
-- is_stale: An open staleness finding points at it
-- is_marketing_sourced: Credited to marketing on this basis
-- cycle_days: Days from creation to close of a won deal
-- amount_record: Amount in the currency of the record
-- currency: Currency of amount; none where the org does not name any
select
  o.basis, p.period, s.slice, o.opportunity_id, o.account, o.amount, o.is_closed, o.is_won, o.is_open, o.is_stale,
  o.is_marketing_sourced, o.cycle_days, o.amount_record, o.currency
from unified.opportunity_by_basis o
cross join lateral (values ('all'), (o.quarter)) p (period)
cross join lateral (values ('all'), ('owner:' || coalesce(o.owner_id, 'none')),
  ('account:' || coalesce(o.account, 'none'))) s (slice)
where p.period = 'all' or s.slice not like 'account:%'
