-- Who changed the record last when the finding opened, and when: whoever edits it later did not break it.
alter table quality.finding add column modified_at timestamptz, add column modified_by_id text;
