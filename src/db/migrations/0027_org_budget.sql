-- Of each org: which share of the day's API requests one sync may use, and at which share of all of them a sync waits.
alter table control.connection add column sync_share double precision check (sync_share > 0 and sync_share <= 1);
alter table control.connection add column total_share double precision check (total_share > 0 and total_share <= 1);
