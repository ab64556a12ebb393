select * from {{ source('assay', 'dim_user') }}
