-- The time zone of each org.
zone as materialized (
  select distinct on (connection_id) connection_id, pipeline.zone_named(time_zone) as name
  from standard.organization
  where is_deleted is not true
  order by connection_id, created_at desc, id
)
