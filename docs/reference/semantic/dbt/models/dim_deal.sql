select * from {{ source('assay', 'dim_deal') }}
