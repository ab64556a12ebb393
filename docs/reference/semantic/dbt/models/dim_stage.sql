select * from {{ source('assay', 'dim_stage') }}
