select * from {{ source('assay', 'record_xref') }}
