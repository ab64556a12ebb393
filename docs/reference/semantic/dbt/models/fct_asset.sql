select * from {{ source('assay', 'fct_asset') }}
