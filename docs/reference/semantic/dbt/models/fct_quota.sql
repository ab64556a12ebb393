select * from {{ source('assay', 'fct_quota') }}
