-- grain: the credit of one person for one won Salesforce opportunity: a share of it, or what of it nobody has a share of, which is its owner's
-- key: connection_id, credit_id
-- index on: opportunity_id
-- rows of standard.opportunity: connection_id, id
-- rows of standard.opportunity_split: connection_id, id
-- touched by standard.opportunity: select connection_id, id from moved where object = 'Opportunity'
--   union select s.connection_id, s.id from moved m join standard.opportunity_split s
--   on s.connection_id = m.connection_id and s.opportunity_id = m.id where m.object = 'Opportunity'
-- touched by standard.opportunity_split: select s.connection_id, k.id from moved m
--   join standard.opportunity_split s on s.connection_id = m.connection_id and s.id = m.id
--   join standard.opportunity_split n on n.connection_id = s.connection_id and n.opportunity_id = s.opportunity_id
--   cross join lateral (values (n.id), (s.opportunity_id)) k (id) where m.object = 'OpportunitySplit'
-- connection_id: Org the deal belongs to
-- credit_id: Salesforce id of the share in fct_opportunity_split, or of the deal for what is its owner's
-- opportunity_id: Deal in fct_opportunity
-- owner_id: Who is credited, a user
-- split_type: Kind of split by its name: one of the amount whose shares make 100 %, as overlay shares come on top; null for what is the owner's
-- credit_rate: Share of the deal, 0 to 1: those of one deal make 1; where the shares of a deal are more together, each is cut in proportion
with deal as (
  select connection_id, id, owner_id, amount from standard.opportunity where is_won and is_deleted is not true
),
share as (
  select s.connection_id, s.id, s.opportunity_id, s.split_owner_id as owner_id, t.name as split_type,
    coalesce(s.split_rate / 100, s.split_amount / nullif(d.amount, 0)) as rate
  from standard.opportunity_split s
  join deal d on d.connection_id = s.connection_id and d.id = s.opportunity_id
  join standard.opportunity_split_type t on t.connection_id = s.connection_id and t.id = s.split_type_id
  where s.is_deleted is not true and s.split_owner_id is not null
    -- Other fields of a deal may be split too, such as a quantity: their shares are none of the amount.
    and t.is_total_validated and coalesce(t.split_field, 'Amount') = 'Amount'
),
whole as (
  select *, sum(rate) over (partition by connection_id, opportunity_id) as total from share where rate > 0
)
select connection_id, id as credit_id, opportunity_id, owner_id, split_type, rate / greatest(total, 1) as credit_rate
from whole
union all
select d.connection_id, d.id, d.id, d.owner_id, null, 1 - coalesce(w.total, 0)
from deal d
left join (select distinct connection_id, opportunity_id, total from whole) w on w.connection_id = d.connection_id and w.opportunity_id = d.id
where coalesce(w.total, 0) < 1
