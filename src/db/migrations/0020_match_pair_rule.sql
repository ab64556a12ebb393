-- A pair says under which blocking rule it was compared; pairs that stay apart are kept where they weigh on a cluster.
alter table match.pair add column rule text;
alter table match.pair drop constraint pair_decision_check;
alter table match.pair add constraint pair_decision_check check (decision in ('link', 'review', 'cut', 'apart'));
