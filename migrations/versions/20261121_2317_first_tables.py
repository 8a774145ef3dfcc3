"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '20261121_2317'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('brands',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), server_default='FR', nullable=False),
    sa.Column('currency', sa.Text(), server_default='EUR', nullable=False),
    sa.Column('timezone', sa.Text(), server_default='Europe/Paris', nullable=False),
    sa.Column('locale', sa.Text(), server_default='fr', nullable=False),
    sa.Column('accent', sa.Text(), server_default='#8a3b5c', nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("accent ~ '^#[0-9a-f]{6}$'", name=op.f('ck_brands_accent_grammar')),
    sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f('ck_brands_country_grammar')),
    sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name=op.f('ck_brands_currency_grammar')),
    sa.CheckConstraint("locale IN ('fr', 'en')", name=op.f('ck_brands_locale_known')),
    sa.CheckConstraint("slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'", name=op.f('ck_brands_slug_grammar')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_brands')),
    sa.UniqueConstraint('slug', name=op.f('uq_brands_slug'))
    )
    op.create_table('outbox',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('effect', sa.Text(), nullable=False),
    sa.Column('topic', sa.Text(), nullable=False),
    sa.Column('entity_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('payload', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Text(), server_default='new', nullable=False),
    sa.Column('token', sa.Uuid(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('ambiguous', sa.Integer(), server_default='0', nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('new', 'claimed', 'data', 'done', 'failed')", name=op.f('ck_outbox_status_known')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('brand_id', 'effect', 'entity_id', 'revision', name=op.f('uq_outbox_brand_id_effect_entity_id_revision'))
    )
    op.create_index('ix_outbox_due', 'outbox', ['next_at'], unique=False, postgresql_where=sa.text("status IN ('new', 'claimed', 'data')"))
    op.create_table('categories',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_categories_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_categories')),
    sa.UniqueConstraint('brand_id', 'name', name=op.f('uq_categories_brand_id_name'))
    )
    op.create_table('counters',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('series', sa.Text(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_counters_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'series', name=op.f('pk_counters'))
    )
    op.create_table('customers',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('first_name', sa.Text(), nullable=False),
    sa.Column('last_name', sa.Text(), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('email_key', sa.Text(), nullable=True),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('postcode', sa.Text(), server_default='', nullable=False),
    sa.Column('city', sa.Text(), server_default='', nullable=False),
    sa.Column('country', sa.Text(), server_default='FR', nullable=False),
    sa.Column('locale', sa.Text(), server_default='fr', nullable=False),
    sa.Column('roles', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_customers_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_customers'))
    )
    op.create_index('ix_customers_search', 'customers', ['brand_id', 'search_key'], unique=False)
    op.create_index('uq_customers_email', 'customers', ['brand_id', 'email_key'], unique=True, postgresql_where=sa.text('email_key IS NOT NULL'))
    op.create_table('programme_versions',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('effective_on', sa.Date(), nullable=False),
    sa.Column('document', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('published_by', sa.Text(), nullable=False),
    sa.CheckConstraint('version > 0', name=op.f('ck_programme_versions_version_positive')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_programme_versions_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_programme_versions')),
    sa.UniqueConstraint('brand_id', 'version', name=op.f('uq_programme_versions_brand_id_version'))
    )
    op.create_index('ix_programme_versions_effective', 'programme_versions', ['brand_id', 'effective_on'], unique=False)
    op.create_table('sessions',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_sessions_brand_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sessions_token_hash'))
    )
    op.create_index('ix_sessions_expires_at', 'sessions', ['expires_at'], unique=False)
    op.create_index('ix_sessions_user', 'sessions', ['brand_id', 'user_id'], unique=False)
    op.create_table('emails',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=True),
    sa.Column('to_address', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('html', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('fate', sa.Text(), nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('repeats', sa.Integer(), server_default='0', nullable=False),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("fate IN ('queued', 'sent', 'bounced', 'failed')", name=op.f('ck_emails_fate_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_emails_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_emails_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_emails')),
    sa.UniqueConstraint('brand_id', 'key', name=op.f('uq_emails_brand_id_key'))
    )
    op.create_index('ix_emails_customer', 'emails', ['brand_id', 'customer_id', 'id'], unique=False)
    op.create_table('ledger_entries',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('content_hash', sa.Text(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('source_type', sa.Text(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=True),
    sa.Column('reason', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('reverses_id', sa.Uuid(), nullable=True),
    sa.Column('occurred_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_ledger_entries_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'reverses_id'], ['ledger_entries.brand_id', 'ledger_entries.id'], name=op.f('fk_ledger_entries_brand_id_reverses_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_ledger_entries_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_ledger_entries')),
    sa.UniqueConstraint('brand_id', 'key', name=op.f('uq_ledger_entries_brand_id_key'))
    )
    op.create_index('ix_ledger_entries_customer', 'ledger_entries', ['brand_id', 'customer_id', 'id'], unique=False)
    op.create_index('uq_ledger_entries_reverses', 'ledger_entries', ['brand_id', 'reverses_id'], unique=True, postgresql_where=sa.text('reverses_id IS NOT NULL'))
    op.create_table('points_accounts',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('balance', sa.BigInteger(), server_default='0', nullable=False),
    sa.CheckConstraint("CASE WHEN kind = 'issued' THEN balance <= 0 ELSE balance >= 0 END", name=op.f('ck_points_accounts_balance_sign')),
    sa.CheckConstraint("kind IN ('issued', 'pending', 'available', 'reserved', 'spent', 'expired', 'reversed')", name=op.f('ck_points_accounts_kind_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_points_accounts_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_points_accounts_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_points_accounts')),
    sa.UniqueConstraint('brand_id', 'customer_id', 'kind', name=op.f('uq_points_accounts_brand_id_customer_id_kind'))
    )
    op.create_table('products',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('reference_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('search_key', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('category_id', sa.Uuid(), nullable=False),
    sa.Column('price_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_rate_bp', sa.Integer(), nullable=False),
    sa.Column('stock_tracked', sa.Boolean(), nullable=False),
    sa.Column('stock_on_hand', sa.Integer(), server_default='0', nullable=False),
    sa.Column('stock_reserved', sa.Integer(), server_default='0', nullable=False),
    sa.Column('giftable', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('in_turnover', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('active', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('price_cents BETWEEN 0 AND 100000000000', name=op.f('ck_products_price_cents_range')),
    sa.CheckConstraint('stock_reserved >= 0 AND stock_on_hand >= stock_reserved', name=op.f('ck_products_stock_not_oversold')),
    sa.CheckConstraint('vat_rate_bp BETWEEN 0 AND 10000', name=op.f('ck_products_vat_rate_bp_range')),
    sa.ForeignKeyConstraint(['brand_id', 'category_id'], ['categories.brand_id', 'categories.id'], name=op.f('fk_products_brand_id_category_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_products_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_products')),
    sa.UniqueConstraint('brand_id', 'reference_key', name=op.f('uq_products_brand_id_reference_key'))
    )
    op.create_index('ix_products_search', 'products', ['brand_id', 'search_key'], unique=False)
    op.create_table('promo_codes',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=True),
    sa.Column('copy', sa.Integer(), server_default='1', nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('available', 'reserved', 'used', 'expired', 'reversed')", name=op.f('ck_promo_codes_status_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_promo_codes_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_promo_codes_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_promo_codes')),
    sa.UniqueConstraint('brand_id', 'code_key', name=op.f('uq_promo_codes_brand_id_code_key')),
    sa.UniqueConstraint('brand_id', 'grant_id', 'copy', name=op.f('uq_promo_codes_brand_id_grant_id_copy'))
    )
    op.create_index('ix_promo_codes_customer', 'promo_codes', ['brand_id', 'customer_id'], unique=False)
    op.create_table('sellers',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_sellers_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_sellers_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_sellers')),
    sa.UniqueConstraint('brand_id', 'customer_id', name=op.f('uq_sellers_brand_id_customer_id'))
    )
    op.create_table('vouchers',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=True),
    sa.Column('copy', sa.Integer(), server_default='1', nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('code_key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('face_cents', sa.BigInteger(), nullable=False),
    sa.Column('remaining_cents', sa.BigInteger(), nullable=False),
    sa.Column('terms', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('valid_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status IN ('available', 'reserved', 'used', 'expired', 'reversed')", name=op.f('ck_vouchers_status_known')),
    sa.CheckConstraint('face_cents BETWEEN 0 AND 100000000000', name=op.f('ck_vouchers_face_cents_range')),
    sa.CheckConstraint('remaining_cents BETWEEN 0 AND face_cents', name=op.f('ck_vouchers_remaining_range')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_vouchers_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_vouchers_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_vouchers')),
    sa.UniqueConstraint('brand_id', 'code_key', name=op.f('uq_vouchers_brand_id_code_key')),
    sa.UniqueConstraint('brand_id', 'grant_id', 'copy', name=op.f('uq_vouchers_brand_id_grant_id_copy'))
    )
    op.create_index('ix_vouchers_customer', 'vouchers', ['brand_id', 'customer_id'], unique=False)
    op.create_table('book_entries',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('seller_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('principal', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_book_entries_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'seller_id'], ['sellers.brand_id', 'sellers.id'], name=op.f('fk_book_entries_brand_id_seller_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_book_entries_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_book_entries')),
    sa.UniqueConstraint('brand_id', 'seller_id', 'customer_id', name=op.f('uq_book_entries_brand_id_seller_id_customer_id'))
    )
    op.create_index('uq_book_entries_principal', 'book_entries', ['brand_id', 'customer_id'], unique=True, postgresql_where=sa.text('principal'))
    op.create_table('lots',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('remaining', sa.BigInteger(), nullable=False),
    sa.Column('available_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('remaining BETWEEN 0 AND points', name=op.f('ck_lots_remaining_range')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_lots_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'entry_id'], ['ledger_entries.brand_id', 'ledger_entries.id'], name=op.f('fk_lots_brand_id_entry_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_lots_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_lots'))
    )
    op.create_index('ix_lots_customer', 'lots', ['brand_id', 'customer_id', 'expires_at', 'id'], unique=False)
    op.create_table('meetings',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('seller_id', sa.Uuid(), nullable=False),
    sa.Column('host_id', sa.Uuid(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('first_starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('place', sa.Text(), nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('theme', sa.Text(), server_default='', nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('booked_from_meeting_id', sa.Uuid(), nullable=True),
    sa.Column('booked_from_participant_id', sa.Uuid(), nullable=True),
    sa.Column('revision', sa.Integer(), server_default='0', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_meetings_closed_has_instant')),
    sa.CheckConstraint("place IN ('host_home', 'seller_home', 'other', 'virtual')", name=op.f('ck_meetings_place_known')),
    sa.CheckConstraint("status IN ('planned', 'open', 'closed', 'cancelled')", name=op.f('ck_meetings_status_known')),
    sa.CheckConstraint('(booked_from_meeting_id IS NULL) = (booked_from_participant_id IS NULL)', name=op.f('ck_meetings_booking_is_whole')),
    sa.CheckConstraint('booked_from_meeting_id <> id', name=op.f('ck_meetings_not_booked_from_itself')),
    sa.ForeignKeyConstraint(['brand_id', 'booked_from_meeting_id'], ['meetings.brand_id', 'meetings.id'], name='fk_meetings_booked_from_meeting'),
    sa.ForeignKeyConstraint(['brand_id', 'host_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_meetings_brand_id_host_id')),
    sa.ForeignKeyConstraint(['brand_id', 'seller_id'], ['sellers.brand_id', 'sellers.id'], name=op.f('fk_meetings_brand_id_seller_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_meetings_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_meetings'))
    )
    op.create_index('ix_meetings_booked_from', 'meetings', ['brand_id', 'booked_from_meeting_id'], unique=False)
    op.create_index('ix_meetings_host', 'meetings', ['brand_id', 'host_id'], unique=False)
    op.create_index('ix_meetings_seller', 'meetings', ['brand_id', 'seller_id', 'starts_at'], unique=False)
    op.create_index('ix_meetings_to_close', 'meetings', ['closes_at'], unique=False, postgresql_where=sa.text("status IN ('planned', 'open')"))
    op.create_table('product_images',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'product_id'], ['products.brand_id', 'products.id'], name=op.f('fk_product_images_brand_id_product_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_product_images_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_product_images')),
    sa.UniqueConstraint('brand_id', 'product_id', name=op.f('uq_product_images_brand_id_product_id'))
    )
    op.create_table('users',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('email_key', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('display_name', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('seller_id', sa.Uuid(), nullable=True),
    sa.Column('customer_id', sa.Uuid(), nullable=True),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("role IN ('seller', 'brand_admin', 'customer_service', 'finance', 'host', 'system')", name=op.f('ck_users_role_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_users_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'seller_id'], ['sellers.brand_id', 'sellers.id'], name=op.f('fk_users_brand_id_seller_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_users_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_users')),
    sa.UniqueConstraint('brand_id', 'email_key', name=op.f('uq_users_brand_id_email_key'))
    )
    op.create_table('grants',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('rule_id', sa.Text(), nullable=False),
    sa.Column('reward_id', sa.Text(), nullable=False),
    sa.Column('scope_type', sa.Text(), nullable=False),
    sa.Column('scope_id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=True),
    sa.Column('beneficiary_id', sa.Uuid(), nullable=False),
    sa.Column('beneficiary', sa.Text(), nullable=False),
    sa.Column('occurrence', sa.Text(), nullable=False),
    sa.Column('programme_version', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('reward', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('explanation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('promised', 'granted', 'reversed')", name=op.f('ck_grants_status_known')),
    sa.CheckConstraint('value >= 0', name=op.f('ck_grants_value_positive')),
    sa.ForeignKeyConstraint(['brand_id', 'beneficiary_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_grants_brand_id_beneficiary_id')),
    sa.ForeignKeyConstraint(['brand_id', 'meeting_id'], ['meetings.brand_id', 'meetings.id'], name=op.f('fk_grants_brand_id_meeting_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_grants_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_grants')),
    sa.UniqueConstraint('brand_id', 'rule_id', 'reward_id', 'scope_type', 'scope_id', 'beneficiary_id', 'occurrence', name='uq_grants_once')
    )
    op.create_index('ix_grants_beneficiary', 'grants', ['brand_id', 'beneficiary_id'], unique=False)
    op.create_index('ix_grants_meeting', 'grants', ['brand_id', 'meeting_id'], unique=False)
    op.create_index('ix_grants_scope', 'grants', ['brand_id', 'scope_type', 'scope_id'], unique=False)
    op.create_table('orders',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=True),
    sa.Column('meeting_id', sa.Uuid(), nullable=True),
    sa.Column('seller_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('payment_status', sa.Text(), nullable=False),
    sa.Column('shipping_status', sa.Text(), nullable=False),
    sa.Column('products_cents', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('shipping_cents', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('total_cents', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('paid_cents', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('quote', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('placed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paid_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancelled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('completed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(channel = 'meeting') = (meeting_id IS NOT NULL)", name=op.f('ck_orders_meeting_channel')),
    sa.CheckConstraint("channel IN ('meeting', 'direct', 'web')", name=op.f('ck_orders_channel_known')),
    sa.CheckConstraint("kind <> 'gift' OR total_cents = 0", name=op.f('ck_orders_gift_is_free')),
    sa.CheckConstraint("kind IN ('sale', 'gift')", name=op.f('ck_orders_kind_known')),
    sa.CheckConstraint("payment_status IN ('unpaid', 'partially_paid', 'paid', 'refunded')", name=op.f('ck_orders_payment_status_known')),
    sa.CheckConstraint("shipping_status IN ('not_shipped', 'partially_shipped', 'shipped', 'delivered', 'not_required')", name=op.f('ck_orders_shipping_status_known')),
    sa.CheckConstraint("status = 'cart' OR number IS NOT NULL", name=op.f('ck_orders_placed_has_number')),
    sa.CheckConstraint("status IN ('cart', 'placed', 'completed', 'partially_cancelled', 'cancelled')", name=op.f('ck_orders_status_known')),
    sa.CheckConstraint('paid_cents <= total_cents', name=op.f('ck_orders_not_overpaid')),
    sa.CheckConstraint('paid_cents BETWEEN 0 AND 100000000000', name=op.f('ck_orders_paid_cents_range')),
    sa.CheckConstraint('products_cents BETWEEN 0 AND 100000000000', name=op.f('ck_orders_products_cents_range')),
    sa.CheckConstraint('shipping_cents BETWEEN 0 AND 100000000000', name=op.f('ck_orders_shipping_cents_range')),
    sa.CheckConstraint('total_cents = products_cents + shipping_cents', name=op.f('ck_orders_total_adds_up')),
    sa.CheckConstraint('total_cents BETWEEN 0 AND 100000000000', name=op.f('ck_orders_total_cents_range')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_orders_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'meeting_id'], ['meetings.brand_id', 'meetings.id'], name=op.f('fk_orders_brand_id_meeting_id')),
    sa.ForeignKeyConstraint(['brand_id', 'seller_id'], ['sellers.brand_id', 'sellers.id'], name=op.f('fk_orders_brand_id_seller_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_orders_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_orders')),
    sa.UniqueConstraint('brand_id', 'number', name=op.f('uq_orders_brand_id_number'))
    )
    op.create_index('ix_orders_customer', 'orders', ['brand_id', 'customer_id'], unique=False)
    op.create_index('ix_orders_meeting', 'orders', ['brand_id', 'meeting_id'], unique=False)
    op.create_index('ix_orders_seller', 'orders', ['brand_id', 'seller_id', 'status'], unique=False)
    op.create_table('participants',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('invitation', sa.Text(), nullable=False),
    sa.Column('attended', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("invitation IN ('suggested', 'invited', 'accepted', 'declined', 'rejected')", name=op.f('ck_participants_invitation_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_participants_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'meeting_id'], ['meetings.brand_id', 'meetings.id'], name=op.f('fk_participants_brand_id_meeting_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_participants_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_participants')),
    sa.UniqueConstraint('brand_id', 'meeting_id', 'customer_id', name=op.f('uq_participants_brand_id_meeting_id_customer_id'))
    )
    op.create_index('ix_participants_customer', 'participants', ['brand_id', 'customer_id'], unique=False)
    op.create_table('personal_links',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_personal_links_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'meeting_id'], ['meetings.brand_id', 'meetings.id'], name=op.f('fk_personal_links_brand_id_meeting_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_personal_links_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_personal_links')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_personal_links_token_hash'))
    )
    op.create_index('ix_personal_links_meeting', 'personal_links', ['brand_id', 'meeting_id'], unique=False)
    op.create_table('postings',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('entry_id', sa.Uuid(), nullable=False),
    sa.Column('source_id', sa.Uuid(), nullable=False),
    sa.Column('destination_id', sa.Uuid(), nullable=False),
    sa.Column('points', sa.BigInteger(), nullable=False),
    sa.Column('lot_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('points > 0', name=op.f('ck_postings_points_positive')),
    sa.CheckConstraint('source_id <> destination_id', name=op.f('ck_postings_moves')),
    sa.ForeignKeyConstraint(['brand_id', 'destination_id'], ['points_accounts.brand_id', 'points_accounts.id'], name='fk_postings_destination'),
    sa.ForeignKeyConstraint(['brand_id', 'entry_id'], ['ledger_entries.brand_id', 'ledger_entries.id'], name=op.f('fk_postings_brand_id_entry_id')),
    sa.ForeignKeyConstraint(['brand_id', 'lot_id'], ['lots.brand_id', 'lots.id'], name=op.f('fk_postings_brand_id_lot_id')),
    sa.ForeignKeyConstraint(['brand_id', 'source_id'], ['points_accounts.brand_id', 'points_accounts.id'], name='fk_postings_source'),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_postings_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_postings'))
    )
    op.create_index('ix_postings_destination', 'postings', ['brand_id', 'destination_id'], unique=False)
    op.create_index('ix_postings_entry', 'postings', ['brand_id', 'entry_id'], unique=False)
    op.create_index('ix_postings_source', 'postings', ['brand_id', 'source_id'], unique=False)
    op.create_table('gift_claims',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=False),
    sa.Column('unit', sa.Integer(), nullable=False),
    sa.Column('customer_id', sa.Uuid(), nullable=False),
    sa.Column('meeting_id', sa.Uuid(), nullable=True),
    sa.Column('choices', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('choose_before', sa.DateTime(timezone=True), nullable=True),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=True),
    sa.Column('order_id', sa.Uuid(), nullable=True),
    sa.Column('chosen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('chosen_by', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(status = 'chosen') = (product_id IS NOT NULL)", name=op.f('ck_gift_claims_chosen_is_named')),
    sa.CheckConstraint("status IN ('open', 'chosen', 'reversed', 'expired')", name=op.f('ck_gift_claims_status_known')),
    sa.ForeignKeyConstraint(['brand_id', 'customer_id'], ['customers.brand_id', 'customers.id'], name=op.f('fk_gift_claims_brand_id_customer_id')),
    sa.ForeignKeyConstraint(['brand_id', 'grant_id'], ['grants.brand_id', 'grants.id'], name=op.f('fk_gift_claims_brand_id_grant_id')),
    sa.ForeignKeyConstraint(['brand_id', 'meeting_id'], ['meetings.brand_id', 'meetings.id'], name=op.f('fk_gift_claims_brand_id_meeting_id')),
    sa.ForeignKeyConstraint(['brand_id', 'order_id'], ['orders.brand_id', 'orders.id'], name=op.f('fk_gift_claims_brand_id_order_id')),
    sa.ForeignKeyConstraint(['brand_id', 'product_id'], ['products.brand_id', 'products.id'], name=op.f('fk_gift_claims_brand_id_product_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_gift_claims_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_gift_claims')),
    sa.UniqueConstraint('brand_id', 'grant_id', 'unit', name=op.f('uq_gift_claims_brand_id_grant_id_unit'))
    )
    op.create_index('ix_gift_claims_customer', 'gift_claims', ['brand_id', 'customer_id'], unique=False)
    op.create_index('ix_gift_claims_meeting', 'gift_claims', ['brand_id', 'meeting_id'], unique=False)
    op.create_table('grant_revisions',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('grant_id', sa.Uuid(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), nullable=False),
    sa.Column('programme_version', sa.Integer(), nullable=False),
    sa.Column('explanation', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['brand_id', 'grant_id'], ['grants.brand_id', 'grants.id'], name=op.f('fk_grant_revisions_brand_id_grant_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_grant_revisions_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_grant_revisions')),
    sa.UniqueConstraint('brand_id', 'grant_id', 'revision', name=op.f('uq_grant_revisions_brand_id_grant_id_revision'))
    )
    op.create_table('order_lines',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('unit_price_cents', sa.BigInteger(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('vat_rate_bp', sa.Integer(), nullable=False),
    sa.Column('in_turnover', sa.Boolean(), nullable=False),
    sa.Column('net_cents', sa.BigInteger(), nullable=False),
    sa.Column('vat_cents', sa.BigInteger(), nullable=False),
    sa.Column('gift_claim_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint('net_cents BETWEEN 0 AND 100000000000', name=op.f('ck_order_lines_net_cents_range')),
    sa.CheckConstraint('quantity BETWEEN 1 AND 9999', name=op.f('ck_order_lines_quantity_range')),
    sa.CheckConstraint('unit_price_cents BETWEEN 0 AND 100000000000', name=op.f('ck_order_lines_unit_price_cents_range')),
    sa.CheckConstraint('vat_cents BETWEEN 0 AND 100000000000', name=op.f('ck_order_lines_vat_cents_range')),
    sa.ForeignKeyConstraint(['brand_id', 'order_id'], ['orders.brand_id', 'orders.id'], name=op.f('fk_order_lines_brand_id_order_id')),
    sa.ForeignKeyConstraint(['brand_id', 'product_id'], ['products.brand_id', 'products.id'], name=op.f('fk_order_lines_brand_id_product_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_order_lines_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_order_lines'))
    )
    op.create_index('ix_order_lines_order', 'order_lines', ['brand_id', 'order_id'], unique=False)
    op.create_index('uq_order_lines_gift_claim', 'order_lines', ['brand_id', 'gift_claim_id'], unique=True, postgresql_where=sa.text('gift_claim_id IS NOT NULL'))
    op.create_table('payments',
    sa.Column('brand_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('amount_cents', sa.BigInteger(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('reference', sa.Text(), server_default='', nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.CheckConstraint("method IN ('card', 'terminal', 'cheque', 'cash', 'transfer', 'other')", name=op.f('ck_payments_method_known')),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_payments_amount_positive')),
    sa.ForeignKeyConstraint(['brand_id', 'order_id'], ['orders.brand_id', 'orders.id'], name=op.f('fk_payments_brand_id_order_id')),
    sa.ForeignKeyConstraint(['brand_id'], ['brands.id'], name=op.f('fk_payments_brand_id')),
    sa.PrimaryKeyConstraint('brand_id', 'id', name=op.f('pk_payments'))
    )
    op.create_index('ix_payments_order', 'payments', ['brand_id', 'order_id'], unique=False)
    op.create_foreign_key(
        "fk_meetings_booked_from_participant",
        "meetings",
        "participants",
        ["brand_id", "booked_from_participant_id"],
        ["brand_id", "id"],
    )


def downgrade() -> None:
    op.drop_constraint("fk_meetings_booked_from_participant", "meetings")
    op.drop_index('ix_payments_order', table_name='payments')
    op.drop_table('payments')
    op.drop_index('uq_order_lines_gift_claim', table_name='order_lines', postgresql_where=sa.text('gift_claim_id IS NOT NULL'))
    op.drop_index('ix_order_lines_order', table_name='order_lines')
    op.drop_table('order_lines')
    op.drop_table('grant_revisions')
    op.drop_index('ix_gift_claims_meeting', table_name='gift_claims')
    op.drop_index('ix_gift_claims_customer', table_name='gift_claims')
    op.drop_table('gift_claims')
    op.drop_index('ix_postings_source', table_name='postings')
    op.drop_index('ix_postings_entry', table_name='postings')
    op.drop_index('ix_postings_destination', table_name='postings')
    op.drop_table('postings')
    op.drop_index('ix_personal_links_meeting', table_name='personal_links')
    op.drop_table('personal_links')
    op.drop_index('ix_participants_customer', table_name='participants')
    op.drop_table('participants')
    op.drop_index('ix_orders_seller', table_name='orders')
    op.drop_index('ix_orders_meeting', table_name='orders')
    op.drop_index('ix_orders_customer', table_name='orders')
    op.drop_table('orders')
    op.drop_index('ix_grants_scope', table_name='grants')
    op.drop_index('ix_grants_meeting', table_name='grants')
    op.drop_index('ix_grants_beneficiary', table_name='grants')
    op.drop_table('grants')
    op.drop_table('users')
    op.drop_table('product_images')
    op.drop_index('ix_meetings_to_close', table_name='meetings', postgresql_where=sa.text("status IN ('planned', 'open')"))
    op.drop_index('ix_meetings_seller', table_name='meetings')
    op.drop_index('ix_meetings_host', table_name='meetings')
    op.drop_index('ix_meetings_booked_from', table_name='meetings')
    op.drop_table('meetings')
    op.drop_index('ix_lots_customer', table_name='lots')
    op.drop_table('lots')
    op.drop_index('uq_book_entries_principal', table_name='book_entries', postgresql_where=sa.text('principal'))
    op.drop_table('book_entries')
    op.drop_index('ix_vouchers_customer', table_name='vouchers')
    op.drop_table('vouchers')
    op.drop_table('sellers')
    op.drop_index('ix_promo_codes_customer', table_name='promo_codes')
    op.drop_table('promo_codes')
    op.drop_index('ix_products_search', table_name='products')
    op.drop_table('products')
    op.drop_table('points_accounts')
    op.drop_index('uq_ledger_entries_reverses', table_name='ledger_entries', postgresql_where=sa.text('reverses_id IS NOT NULL'))
    op.drop_index('ix_ledger_entries_customer', table_name='ledger_entries')
    op.drop_table('ledger_entries')
    op.drop_index('ix_emails_customer', table_name='emails')
    op.drop_table('emails')
    op.drop_index('ix_sessions_user', table_name='sessions')
    op.drop_index('ix_sessions_expires_at', table_name='sessions')
    op.drop_table('sessions')
    op.drop_index('ix_programme_versions_effective', table_name='programme_versions')
    op.drop_table('programme_versions')
    op.drop_index('uq_customers_email', table_name='customers', postgresql_where=sa.text('email_key IS NOT NULL'))
    op.drop_index('ix_customers_search', table_name='customers')
    op.drop_table('customers')
    op.drop_table('counters')
    op.drop_table('categories')
    op.drop_index('ix_outbox_due', table_name='outbox', postgresql_where=sa.text("status IN ('new', 'claimed', 'data')"))
    op.drop_table('outbox')
    op.drop_table('brands')
