select * from {{ source('assay', 'dim_campaign') }}
