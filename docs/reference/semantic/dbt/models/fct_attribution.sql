select * from {{ source('assay', 'fct_attribution') }}
