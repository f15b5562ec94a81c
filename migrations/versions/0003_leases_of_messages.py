"""Leases of messages, as jobs have them; news without their wrapping."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.alter_column(
            "lease_owner",
            existing_type=sa.VARCHAR(length=64),
            type_=sa.String(length=128),
            existing_nullable=True,
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=16), server_default="chat", nullable=False))
        batch_op.add_column(sa.Column("fence", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lease_owner", sa.String(length=128), nullable=True))
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))

    # A worker was called otherwise before: whoever comes after a dead one does not know its name, and nobody is alive.
    op.execute("UPDATE jobs SET lease_until = due_at WHERE lease_owner IS NOT NULL")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE outbox SET subject = json_extract(subject, '$.news') WHERE topic = 'news'")
    else:
        op.execute(
            "UPDATE outbox SET subject = CAST(CAST(subject AS json) -> 'news' AS text) WHERE topic = 'news'"
        )


def downgrade() -> None:
    op.execute("UPDATE outbox SET subject = '{\"news\":' || subject || '}' WHERE topic = 'news'")
    op.execute("UPDATE jobs SET lease_owner = substr(lease_owner, 1, 64)")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("lease_until")
        batch_op.drop_column("lease_owner")
        batch_op.drop_column("fence")
        batch_op.drop_column("kind")

    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.alter_column(
            "lease_owner",
            existing_type=sa.String(length=128),
            type_=sa.VARCHAR(length=64),
            existing_nullable=True,
        )
