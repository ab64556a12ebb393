select * from {{ source('assay', 'territory_account') }}
