-- one changed record finds its review items and its membership from either side
create index review_item_right on golden.review_item (entity, r_connection_id, r_id);
create index membership_open on golden.membership (entity, connection_id, id) where until_at is null;
