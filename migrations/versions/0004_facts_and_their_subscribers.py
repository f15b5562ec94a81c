"""Sign-ins; facts and how far each subscriber has heard; plans from elsewhere than a chat; what a card shows already."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _rename(before: str, after: str) -> None:
    """The table that says how guests are known, with what is called after it."""
    op.drop_index(f"ix_{before}_guest_id", table_name=before)
    op.rename_table(before, after)
    op.create_index(f"ix_{after}_guest_id", after, ["guest_id"])
    if op.get_bind().dialect.name == "sqlite":  # where constraints are not looked up by name
        return
    op.execute(f"ALTER TABLE {after} RENAME CONSTRAINT pk_{before} TO pk_{after}")
    for column in ("guest_id", "dm_chat_id"):
        op.execute(f"ALTER TABLE {after} RENAME CONSTRAINT fk_{before}_{column} TO fk_{after}_{column}")


def upgrade() -> None:
    _rename("identities", "sign_ins")
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
    _rename("sign_ins", "identities")
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
