"""How much credit an account's orders use: SQL shared by the release decision and credit pages."""

# Orders that ship before they are paid; a project order is paid before it ships (rule O8).
ON_ACCOUNT = "{order}.payment_terms IN ('days_30', 'days_60') AND NOT {order}.project"
UNPAID = "greatest(0, {order}.gross_total - {order}.paid)"
# What an order uses from its confirmation until it is settled.
USING = "{order}.status NOT IN ('placed', 'settled', 'cancelled')"
_GOODS_ARE_OUT = "{order}.status IN ('partly_shipped', 'shipped', 'delivered', 'invoiced')"

# Of the account of `sales_order o` in its currency: goods that are out, and orders that were
# confirmed before it. So an order never stops one that was confirmed earlier (rules O10, A16).
USED_AHEAD = f"""(SELECT coalesce(sum({UNPAID.format(order="u")}), 0) FROM sales_order u
    WHERE u.account_id = o.account_id AND u.id <> o.id AND u.currency = o.currency
      AND {ON_ACCOUNT.format(order="u")} AND {USING.format(order="u")}
      AND ({_GOODS_ARE_OUT.format(order="u")}
           OR (u.confirmed_at, u.id) < (coalesce(o.confirmed_at, 'infinity'), o.id)))"""  # noqa: S608

# The limit in force of the account of `sales_order o` in its currency, NULL where none is on file.
LIMIT_IN_FORCE = """(SELECT l.amount FROM credit_limit l
    WHERE l.account_id = o.account_id AND l.approved AND l.currency = o.currency
    ORDER BY l.decided_at DESC, l.id DESC LIMIT 1)"""
