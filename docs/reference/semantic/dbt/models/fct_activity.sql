select * from {{ source('assay', 'fct_activity') }}
