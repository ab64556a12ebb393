select * from {{ source('assay', 'gross_margin') }}
