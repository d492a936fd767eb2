-- What we sell: items, account prices, safety stock held for an account (O5).

CREATE TABLE item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku text NOT NULL CONSTRAINT item_sku UNIQUE CONSTRAINT item_sku_length CHECK (length(sku) BETWEEN 1 AND 40),
    kind text NOT NULL CONSTRAINT item_kind CHECK (kind IN ('standard', 'special', 'made_to_order')),
    name_en text NOT NULL CONSTRAINT item_name_en CHECK (length(name_en) BETWEEN 1 AND 200),
    name_zh_hans text NOT NULL CONSTRAINT item_name_zh_hans CHECK (length(name_zh_hans) BETWEEN 1 AND 200),
    name_zh_hant text NOT NULL CONSTRAINT item_name_zh_hant CHECK (length(name_zh_hant) BETWEEN 1 AND 200),
    specification text NOT NULL DEFAULT '',
    unit text NOT NULL CONSTRAINT item_unit CHECK (length(unit) BETWEEN 1 AND 20),
    tax_rate numeric(5, 4) NOT NULL CONSTRAINT item_tax_rate CHECK (tax_rate >= 0 AND tax_rate < 1),
    list_price numeric(14, 4) CONSTRAINT item_list_price CHECK (list_price >= 0),
    currency text NOT NULL DEFAULT 'CNY' CONSTRAINT item_currency CHECK (currency ~ '^[A-Z]{3}$'),
    lead_time_days integer NOT NULL DEFAULT 0 CONSTRAINT item_lead_time CHECK (lead_time_days >= 0),
    search_terms text[] NOT NULL DEFAULT '{}',
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX item_search ON item USING gin (search_terms);
CREATE INDEX item_kind_sku ON item (kind, sku);
GRANT SELECT (id, sku, kind, name_en, name_zh_hans, name_zh_hant, specification, unit, tax_rate, lead_time_days,
    search_terms, archived_at) ON item TO portal_customer;
GRANT SELECT, INSERT, UPDATE ON item TO portal_staff;
GRANT SELECT ON item TO portal_worker;

CREATE TABLE account_price (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    unit_price numeric(14, 4) NOT NULL CONSTRAINT account_price_amount CHECK (unit_price >= 0),
    currency text NOT NULL CONSTRAINT account_price_currency CHECK (currency ~ '^[A-Z]{3}$'),
    valid_from date NOT NULL,
    valid_until date,
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT account_price_dates CHECK (valid_until >= valid_from),
    -- One price a day. Ranges of one id stand for the ids, so that plain GiST serves without an extension.
    CONSTRAINT account_price_no_overlap EXCLUDE USING gist (
        int8range(account_id, account_id, '[]') WITH &&, int8range(item_id, item_id, '[]') WITH &&,
        daterange(valid_from, valid_until, '[]') WITH &&)
);
CREATE INDEX account_price_of_account ON account_price (account_id, item_id, valid_from);
CREATE INDEX account_price_item ON account_price (item_id);
CALL close_to_other_accounts('account_price');
GRANT SELECT ON account_price TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_price TO portal_staff;

CREATE TABLE safety_stock (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    item_id bigint NOT NULL REFERENCES item ON DELETE RESTRICT,
    quantity numeric(14, 3) NOT NULL CONSTRAINT safety_stock_quantity CHECK (quantity > 0),
    version integer NOT NULL DEFAULT 1,
    CONSTRAINT safety_stock_once UNIQUE (account_id, item_id)
);
CREATE INDEX safety_stock_item ON safety_stock (item_id);
CALL close_to_other_accounts('safety_stock');
GRANT SELECT ON safety_stock TO portal_customer, portal_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON safety_stock TO portal_staff;
