-- Merges may chain: the winner of one loses the next. Where every loser ended up. Salesforce never lets a chain close to a ring;
-- CYCLE keeps one that did from running for ever.
create view mirror.alias_end as
with recursive chain (connection_id, loser_id, winner_id) as (
  select connection_id, loser_id, winner_id from mirror.alias
  union all
  select c.connection_id, c.loser_id, a.winner_id
  from chain c join mirror.alias a on a.connection_id = c.connection_id and a.loser_id = c.winner_id
) cycle winner_id set is_ring using path
select connection_id, loser_id, winner_id from chain c
where not is_ring and not exists (
  select from mirror.alias a where a.connection_id = c.connection_id and a.loser_id = c.winner_id);
