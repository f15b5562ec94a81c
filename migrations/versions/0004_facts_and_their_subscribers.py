"""Facts and how far each subscriber has heard; plans from elsewhere than a chat; what a card shows already."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("txid", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(length=192), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_at"), ["at"], unique=False)
        batch_op.create_index("ix_facts_subject_id", ["subject", "id"], unique=False)
        batch_op.create_index("ix_facts_txid_id", ["txid", "id"], unique=False)

    op.create_table(
        "subscribers",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_subscribers")),
    )
    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        batch_op.add_column(sa.Column("shown", sa.String(length=32), server_default="", nullable=False))

    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.alter_column("chat_id", existing_type=sa.INTEGER(), nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.alter_column("chat_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("dialogues", schema=None) as batch_op:
        batch_op.drop_column("shown")

    op.drop_table("subscribers")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index("ix_facts_txid_id")
        batch_op.drop_index("ix_facts_subject_id")
        batch_op.drop_index(batch_op.f("ix_facts_at"))

    op.drop_table("facts")
