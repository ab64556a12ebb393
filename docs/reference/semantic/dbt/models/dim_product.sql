select * from {{ source('assay', 'dim_product') }}
