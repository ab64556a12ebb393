select * from {{ source('assay', 'fct_acquisition') }}
