-- from where a change was asked for over HTTP, and the id of its request, as the answer and the access log have it
alter table control.audit add column address text, add column request_id text;
