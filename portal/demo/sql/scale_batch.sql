-- Which of the templates the requests $1 to $2 are made of, and how far in time from it. One in fifty
-- goes on now; of the orders that are settled one in forty was placed these days instead. The others
-- lie whole weeks back, so that they keep their weekdays and hours, over three years.
-- $3 and $4 say how many templates have ended and go on; $5 to $9 the first free reference numbers.
INSERT INTO scaled
SELECT d.n, t.id, t.order_id, p.placed, at.shift, extract(day FROM at.shift)::integer,
    lpad(($5 + d.n)::text, greatest(5, length(($5 + d.n)::text)), '0'),
    lpad(($6 + d.n)::text, greatest(5, length(($6 + d.n)::text)), '0'),
    lpad(($7 + d.n)::text, greatest(5, length(($7 + d.n)::text)), '0'),
    lpad(($8 + d.n)::text, greatest(5, length(($8 + d.n)::text)), '0'),
    lpad(($9 + d.n)::text, greatest(5, length(($9 + d.n)::text)), '0'),
    c.id, v.id
FROM (
    SELECT n, n % 50 = 0 AS live, hashint8(n)::bigint & 2147483647 AS chance,
        hashint8(n + 7000000001)::bigint & 2147483647 AS moment,
        hashint8(n + 13000000003)::bigint & 2147483647 AS fate
    FROM generate_series($1::bigint, $2::bigint) AS n
) AS d
JOIN template t ON t.live = d.live AND t.k = d.chance % CASE WHEN d.live THEN $4::bigint ELSE $3::bigint END
CROSS JOIN LATERAL (
    SELECT coalesce(t.order_status = 'settled' AND d.fate % 40 = 0, false) AS placed
) AS p
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN t.live THEN make_interval(secs => -(d.moment % 3600))
        WHEN p.placed THEN now() - t.placed_at - make_interval(secs => 3600 + d.moment % 259200)
        ELSE make_interval(days => -7 * (d.moment % 150)::integer)
    END AS shift
) AS at
LEFT JOIN template_complaint c ON d.n % 4 = 0 AND c.live = d.live AND c.k = d.n / 4 % c.many
LEFT JOIN template_visit v ON d.n % 3 = 0 AND v.live = d.live AND v.k = d.n / 3 % v.many
