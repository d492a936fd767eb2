-- Only a demo has a row here: `portal seed` refuses every other database that is not empty. Without
-- the end the seeding was interrupted, and what it left is removed by the next one.
CREATE TABLE demo_data (
    only_row boolean PRIMARY KEY DEFAULT true CONSTRAINT demo_data_one_row CHECK (only_row),
    began_at timestamptz NOT NULL,
    ended_at timestamptz CONSTRAINT demo_data_order CHECK (ended_at >= began_at)
);

-- People of a demo let its time pass. Elsewhere there is no row to update, and none can be added.
GRANT UPDATE (ahead) ON clock_offset TO portal_staff;
