select * from {{ source('assay', 'dim_account') }}
