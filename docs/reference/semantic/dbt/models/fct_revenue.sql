select * from {{ source('assay', 'fct_revenue') }}
