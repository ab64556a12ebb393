-- grain: one value of a golden record, of a set each element; what the last sync left, also before it was published
-- entity: person, company or deal
-- golden_id: Id of the golden record
-- field: Field of the entity
-- place: 0, or the place in a set
-- value_since: Since when the value holds
-- value_since_is: fact: it was seen to change then; bound: it is at least so old
-- last_confirmed_at: When a person last wrote it; where none was seen to, the bound of its age. Programs confirm nothing
-- connection_id: Org of the record it comes from; null where a person pinned it
-- salesforce_id: The record it comes from; null where a person pinned it
-- is_pinned: A person set it by hand
select i.entity, p.golden_id, p.field, p.place, p.value_since, p.value_since_is, p.last_confirmed_at,
  p.connection_id, p.id as salesforce_id, p.pin_id is not null as is_pinned
from golden.provenance p join golden.identity i using (golden_id)
