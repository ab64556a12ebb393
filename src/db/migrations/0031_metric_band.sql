-- How many pairs under review were tried as copies, to say what clean values would be then.
alter table unified.publication add column pairs_merged bigint, add column band_because text;
comment on column unified.publication.pairs_merged is 'Pairs under review that metric_band has merged; null where it is not told';
comment on column unified.publication.band_because is 'Why metric_band is not told';
