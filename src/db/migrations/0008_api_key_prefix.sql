-- keys are looked up by their first characters
create index api_key_prefix on control.api_key (prefix);
