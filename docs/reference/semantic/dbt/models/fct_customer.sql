select * from {{ source('assay', 'fct_customer') }}
