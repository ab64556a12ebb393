-- One record's end of a chain of merges, and its key: what golden.merged_into and golden.record_key say of all of them, by index.
create function golden.winner_of(org text, record text) returns text
  language plpgsql stable parallel safe as $$
begin
  return (
    with recursive up as (
      select winner_id, 1 as depth from mirror.alias where connection_id = org and loser_id = record
      union all
      select a.winner_id, up.depth + 1 from up
      join mirror.alias a on a.connection_id = org and a.loser_id = up.winner_id
      where up.depth < 100 and a.winner_id <> record)
    select winner_id from up order by depth desc limit 1);
end
$$;
create function golden.key_of(of_entity text, org text, record text) returns text
  language plpgsql stable parallel safe as $$
begin
  return coalesce(
    (select golden_id from golden.crosswalk where entity = of_entity and connection_id = org and id = record),
    (select golden_id from golden.crosswalk where entity = of_entity and connection_id = org
      and id = golden.winner_of(org, record)));
end
$$;
