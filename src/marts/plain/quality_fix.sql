-- grain: one repair that is proposed, was made, or fell away: what it promised and what it brought
-- fix_id: Id
-- kind: deal_copies, person_copies, account_copies, orphan_deal, stale_deal or missing_value
-- connection_id: Org
-- subject: Golden id of a group of copies, else the record, of a missing value with its rule
-- object: Salesforce object of the records
-- record_ids: Salesforce ids of the records to mend
-- rule_ids: Rules that found the fault
-- owner_id: Owner of the record that counts, a user
-- state: open; done: the records were mended; undone: the fault came back after; withdrawn: it went without a repair
-- opened_at: When it was first proposed
-- ended_at: When it was seen done or withdrawn
-- undone_at: When the fault was seen again
-- predicted_amount: Money of bookings and open pipeline that the repair alone moves on raw; null: not priced
-- realised_amount: Money of both that it did move; null while it is open, and where nothing is held of its records
-- currency: Currency of both
-- not_priced: Why it is not priced, or why only its money is; null where every metric that its rows tell is
select fix_id, kind, connection_id, subject, object, record_ids, rule_ids, owner_id, state, opened_at, ended_at, undone_at,
  predicted_amount, realised_amount, currency, not_priced
from history.fix
