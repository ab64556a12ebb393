-- The golden key of each record. Once, not for each row: the view walks the chains of merges.
key as materialized (select * from golden.record_key)
