-- A row of PostgreSQL ends with its page: some 430 filled text fields, however long each is, since each keeps a pointer there.

-- Bytes that a staged value takes in a row, here and in the mirror, at most: what is longer than 20 moves out behind 18 of a pointer.
create function stage.room(value text, is_number boolean) returns int
  language sql immutable parallel safe return
  case when value is null then 0 when octet_length(value) > 20 then 18
    when is_number then least(octet_length(value) + 6, 18) else octet_length(value) + 1 end;

-- Before a row that does not fit is inserted: the columns that matter least are emptied, and named in `_left_out`. Its argument
-- is {"bytes": room there is, "columns": [[name of the field, column, is it a number]]}, what matters most first.
create function stage.fit() returns trigger language plpgsql as $$
declare
  wanted jsonb := tg_argv[0]::jsonb;
  held jsonb := to_jsonb(new);
  fields text[];
  blank jsonb;
begin
  select array_agg(field order by place), jsonb_object_agg(name, null) into fields, blank
  from (
    select c ->> 0 as field, c ->> 1 as name, place, held ->> (c ->> 1) as value,
      sum(stage.room(held ->> (c ->> 1), (c ->> 2)::boolean)) over (order by place) as bytes
    from jsonb_array_elements(wanted -> 'columns') with ordinality as given(c, place)
  ) column_of
  where value is not null and bytes > (wanted ->> 'bytes')::int;
  new := jsonb_populate_record(new, coalesce(blank, '{}'::jsonb));
  new._left_out := fields;
  return new;
end $$;
