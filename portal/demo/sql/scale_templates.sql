-- What is multiplied: what people did in the demo, told by its activity, whose order has come to an
-- end or is on its way. What was multiplied before has no activity and is not multiplied again.
CREATE TEMP TABLE template ON COMMIT DROP AS
SELECT row_number() OVER (PARTITION BY each.live ORDER BY each.id) - 1 AS k, each.*
FROM (
    SELECT r.id, r.created_at, r.submitted_at, r.account_id, a.locale,
        r.closed_at IS NULL AND r.status <> 'expired' AS live,
        o.id AS order_id, o.placed_at, o.status AS order_status, o.gross_total,
        (SELECT array_agg(term) FROM unnest(r.search_terms) AS term
         WHERE NOT starts_with(split_part(r.reference, '-', 3), term)) AS terms,
        (SELECT array_agg(term) FROM unnest(o.search_terms) AS term
         WHERE NOT starts_with(split_part(r.reference, '-', 3), term)
           AND NOT starts_with(split_part(o.reference, '-', 3), term)) AS order_terms,
        asker.id AS asker_id, asker.name AS asker_name,
        answerer.id AS answerer_id, answerer.name AS answerer_name
    FROM quote_request r
    JOIN account a ON a.id = r.account_id
    LEFT JOIN sales_order o ON o.request_id = r.id
    LEFT JOIN person asker ON asker.id = r.requested_by
    LEFT JOIN staff_member m ON m.id = r.owner_id
    LEFT JOIN person answerer ON answerer.id = m.person_id
    WHERE r.submitted_at IS NOT NULL
      AND (o.id IS NULL OR o.status IN ('shipped', 'delivered', 'invoiced', 'settled', 'cancelled'))
      AND EXISTS (SELECT FROM activity x WHERE x.subject_kind = 'quote_request' AND x.subject_id = r.id)
) AS each;

-- Targets by request: those that still run. The number keeps their ids apart.
CREATE TEMP TABLE template_target ON COMMIT DROP AS
SELECT t.id, t.subject_kind, coalesce(r.id, r2.id) AS template_id,
    row_number() OVER (PARTITION BY coalesce(r.id, r2.id) ORDER BY t.id) - 1 AS k
FROM target t
LEFT JOIN template r ON t.subject_kind = 'quote_request' AND r.id = t.subject_id
LEFT JOIN template r2 ON t.subject_kind = 'sales_order' AND r2.order_id = t.subject_id
WHERE t.met_at IS NULL AND t.cancelled_at IS NULL AND coalesce(r.id, r2.id) IS NOT NULL;

CREATE TEMP TABLE template_shipment ON COMMIT DROP AS
SELECT s.id, s.order_id, row_number() OVER (PARTITION BY s.order_id ORDER BY s.id) - 1 AS k
FROM shipment s JOIN template t ON t.order_id = s.order_id;

CREATE TEMP TABLE scaled (
    n bigint PRIMARY KEY,
    template_id bigint NOT NULL,
    order_template_id bigint,
    placed boolean NOT NULL,
    shift interval NOT NULL,
    days integer NOT NULL,
    request_number text NOT NULL,
    order_number text NOT NULL,
    shipment_number text NOT NULL
) ON COMMIT DROP;
