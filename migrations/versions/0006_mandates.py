"""What guests said may be booked in their name, in the place of the accounts of plans."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "mandates",
        sa.Column("id", _ID, nullable=False),
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column("guest_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("ceiling", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_mandates_account_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_mandates_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        sa.UniqueConstraint("plan_id", "account_id", name=op.f("uq_mandates_plan_id_account_id")),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandates_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandates_account_id"), ["account_id"], unique=False)
    _say_what_was_meant()
    op.drop_table("plan_accounts")


def _say_what_was_meant() -> None:
    """The organiser said what the plan wants and may cost. Whoever lent an account said so of the plan as it is; what
    another agreed to pay they did not.
    """
    if op.get_bind().dialect.name == "sqlite":
        scope = (
            "json_object('venue', json_extract(p.wish, '$.venue'), 'days', json_array(json_extract(p.wish, '$.on')),"
            " 'times', json_extract(p.wish, '$.times'),"
            " 'seatings', json(coalesce(json_extract(p.wish, '$.seatings'), '[]')),"
            " 'party_min', json_extract(p.wish, '$.party_size'),"
            " 'party_max', json_extract(p.wish, '$.party_size'))"
        )
        known = "json_extract(p.wish, '$.venue') IS NOT NULL"
        ceiling = "coalesce(json_extract(p.wish, '$.ceiling'), '{}')"
        alone = f"json_set({ceiling}, '$.agreed', NULL)"
        until = "datetime(p.on_day, '+2 days')"
    else:
        scope = (
            "CAST(jsonb_build_object('venue', p.wish::jsonb -> 'venue',"
            " 'days', jsonb_build_array(p.wish::jsonb -> 'on'), 'times', p.wish::jsonb -> 'times',"
            " 'seatings', coalesce(p.wish::jsonb -> 'seatings', '[]'::jsonb),"
            " 'party_min', p.wish::jsonb -> 'party_size', 'party_max', p.wish::jsonb -> 'party_size') AS text)"
        )
        known = "p.wish::jsonb -> 'venue' IS NOT NULL"
        ceiling = "coalesce(CAST(p.wish::jsonb -> 'ceiling' AS text), '{}')"
        alone = f"CAST(jsonb_set(CAST({ceiling} AS jsonb), '{{agreed}}', 'null'::jsonb) AS text)"
        until = "CAST(p.on_day + 2 AS timestamp with time zone)"
    into = (
        "INSERT INTO mandates"
        " (plan_id, guest_id, account_id, place, scope, ceiling, version, until, given_at)"
    )
    lent = (
        f"{into} SELECT p.id, a.guest_id, l.account_id, l.place, {scope},"  # noqa: S608 - words of our own
        f" CASE WHEN a.guest_id = p.organiser_id THEN {ceiling} ELSE {alone} END, 1, {until}, p.created_at"
        " FROM plan_accounts l JOIN plans p ON p.id = l.plan_id JOIN accounts a ON a.id = l.account_id"
        f" WHERE {known}"
    )
    own = (
        f"{into} SELECT p.id, p.organiser_id, NULL, 1000, {scope}, {ceiling}, 1, {until}, p.created_at"  # noqa: S608 - as above
        f" FROM plans p WHERE {known} AND NOT EXISTS (SELECT 1 FROM mandates m"
        " WHERE m.plan_id = p.id AND m.guest_id = p.organiser_id)"
    )
    for statement in (lent, own):
        op.get_bind().exec_driver_sql(statement)


def downgrade() -> None:
    op.create_table(
        "plan_accounts",
        sa.Column("plan_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_plan_accounts_account_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_accounts_plan_id")),
        sa.PrimaryKeyConstraint("plan_id", "account_id", name=op.f("pk_plan_accounts")),
    )
    op.execute(
        "INSERT INTO plan_accounts (plan_id, account_id, place)"
        " SELECT plan_id, account_id, place FROM mandates WHERE account_id IS NOT NULL"
    )
    op.drop_table("mandates")
