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

-- Complaints and visits come beside: with every fourth request one, with every third the other.
CREATE TEMP TABLE template_complaint ON COMMIT DROP AS
SELECT each.*, row_number() OVER (PARTITION BY each.live ORDER BY each.id) - 1 AS k,
    count(*) OVER (PARTITION BY each.live) AS many
FROM (
    SELECT c.id, c.status NOT IN ('closed', 'withdrawn') AS live, a.locale, c.received_at,
        coalesce(p.id, o.id) AS asker_id, coalesce(p.name, c.reported_name) AS asker_name,
        o.id AS answerer_id, o.name AS answerer_name,
        (SELECT array_agg(term) FROM unnest(c.search_terms) AS term
         WHERE NOT starts_with(split_part(c.reference, '-', 3), term)) AS terms
    FROM complaint c JOIN account a ON a.id = c.account_id
    JOIN staff_member m ON m.id = c.owner_id JOIN person o ON o.id = m.person_id
    LEFT JOIN person p ON p.id = c.reported_by
    WHERE EXISTS (SELECT FROM activity x WHERE x.subject_kind = 'complaint' AND x.subject_id = c.id)
) AS each;
CREATE TEMP TABLE template_visit ON COMMIT DROP AS
SELECT each.*, row_number() OVER (PARTITION BY each.live ORDER BY each.id) - 1 AS k,
    count(*) OVER (PARTITION BY each.live) AS many
FROM (
    SELECT v.id, v.status NOT IN ('made', 'cancelled') AS live,
        (SELECT array_agg(term) FROM unnest(v.search_terms) AS term
         WHERE NOT starts_with(split_part(v.reference, '-', 3), term)) AS terms
    FROM visit v WHERE v.occasion NOT LIKE 'scale:%'
) AS each;

-- Targets by what they are about: those that still run. The number keeps their ids apart.
CREATE TEMP TABLE template_target ON COMMIT DROP AS
SELECT each.*, row_number() OVER (PARTITION BY each.of_kind, each.template_id ORDER BY each.id) - 1
        + CASE each.of_kind WHEN 'complaint' THEN 8 WHEN 'visit' THEN 12 ELSE 0 END AS k
FROM (
    SELECT t.id, t.subject_kind, coalesce(r.id, r2.id, c.id, v.id) AS template_id,
        CASE WHEN c.id IS NOT NULL THEN 'complaint' WHEN v.id IS NOT NULL THEN 'visit'
            ELSE 'request' END AS of_kind
    FROM target t
    LEFT JOIN template r ON t.subject_kind = 'quote_request' AND r.id = t.subject_id
    LEFT JOIN template r2 ON t.subject_kind = 'sales_order' AND r2.order_id = t.subject_id
    LEFT JOIN template_complaint c ON t.subject_kind = 'complaint' AND c.id = t.subject_id
    LEFT JOIN template_visit v ON t.subject_kind = 'visit' AND v.id = t.subject_id
    WHERE t.met_at IS NULL AND t.cancelled_at IS NULL
) AS each
WHERE each.template_id IS NOT NULL;

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
    shipment_number text NOT NULL,
    complaint_number text NOT NULL,
    visit_number text NOT NULL,
    complaint_template_id bigint,
    visit_template_id bigint
) ON COMMIT DROP;
