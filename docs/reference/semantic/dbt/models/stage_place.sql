select * from {{ source('assay', 'stage_place') }}
