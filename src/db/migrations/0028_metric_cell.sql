-- What rows of facts add up to, by bucket of days, key and basis: an edit changes the cells its rows are in, and values are sums of cells.
-- step: of measuring, or of the bases between raw and clean. lists: values that sums do not give, each the text of an array.
create table pipeline.metric_cell (
  step text not null,
  dimension text not null,
  connection_id text not null,
  key text not null,
  bucket text not null,
  basis text not null,
  currency text not null,
  row_count bigint not null,
  known bigint not null,
  counts bigint[] not null,
  known_counts bigint[] not null,
  sums numeric[] not null,
  lists text[] not null,
  primary key (step, dimension, connection_id, key, bucket, basis, currency)
);
