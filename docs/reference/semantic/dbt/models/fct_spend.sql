select * from {{ source('assay', 'fct_spend') }}
