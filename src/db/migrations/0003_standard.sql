-- standard: one typed, cleaned row per record and per piece of evidence; its tables are derived from the definitions.
create schema standard;
