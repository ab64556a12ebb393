select * from {{ source('assay', 'dim_territory') }}
