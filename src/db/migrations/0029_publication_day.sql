-- The day of a publication is that of the org, kept as it was then: an org that moves to another time zone may have a day twice.
alter table unified.publication add column as_of date, add column reported_on date;
update unified.publication set as_of = published_at::date, reported_on = published_at::date;
alter table unified.publication alter column as_of set not null, alter column reported_on set not null;
comment on column unified.publication.as_of is 'Day it was in the oldest org';
comment on column unified.publication.reported_on is 'Day its values are reported on: that day, or the one of the publication before where that is later';
