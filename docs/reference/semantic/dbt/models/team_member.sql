select * from {{ source('assay', 'team_member') }}
