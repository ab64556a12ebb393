select * from {{ source('assay', 'dim_person') }}
