select * from {{ source('assay', 'territory_user') }}
