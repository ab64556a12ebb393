-- What rules said of the whole org when all records were judged last: it holds for each record judged until the next time.
alter table quality.judgement add column facts jsonb not null default '{}';
