select * from {{ source('assay', 'dim_date') }}
