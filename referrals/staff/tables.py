"""The tables of who works with Henvis: places, people, their log-ins and how they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from referrals.storage.table_base import Base, BigKey


class OutsideIdentityRow(Base):
    """One of our users as an OpenID Connect provider knows them: issuer and subject."""

    __tablename__ = "outside_identities"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    linked_at: Mapped[datetime]


class HospitalRow(Base):
    """A hospital."""

    __tablename__ = "hospitals"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    closed_at: Mapped[datetime | None]


class WardRow(Base):
    """A ward of a department; dated, because departments merge and move."""

    __tablename__ = "wards"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(ForeignKey("hospitals.id"), index=True)
    department: Mapped[str] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]


class MunicipalityRow(Base):
    """One of the nine municipalities that share courses and promise the call.

    ``shares`` tells that it passes patients on to the others where a patient said yes to that.
    """

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str] = mapped_column(String(20))
    shares: Mapped[bool] = mapped_column(default=False)


class UserRow(Base):
    """A member of staff. Belongs to a ward, a hospital or a municipality, according to the role."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("wards.id"))
    hospital_id: Mapped[str | None] = mapped_column(ForeignKey("hospitals.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    password_hash: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(120))
    second_factor: Mapped[bytes | None] = mapped_column(LargeBinary)
    second_factor_step: Mapped[int | None]
    language: Mapped[str] = mapped_column(String(2), default="da")
    suspended_at: Mapped[datetime | None]


class SessionRow(Base):
    """A log-in or a bearer token: only the hash of its secret is kept, so it can be revoked.

    ``proved_at`` is when its owner last gave a password or a factor for it, ``proved_twice_at`` a
    second factor, ``passkey_at`` a passkey.
    """

    __tablename__ = "sessions"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
    proved_at: Mapped[datetime]
    proved_twice_at: Mapped[datetime | None]
    passkey_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(120), default="")
    user: Mapped[UserRow] = relationship(lazy="joined", innerjoin=True)


class PasskeyRow(Base):
    """A person's passkey: its public key, and how often its device says that it was used."""

    __tablename__ = "passkeys"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class SpentChallengeRow(Base):
    """A challenge that was answered by a passkey, until it would be too old anyway."""

    __tablename__ = "spent_challenges"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class InviteRow(Base):
    """An invitation to work with Henvis: role and scope, used once, only the hash of its secret.

    ``invited`` is the name or address of whom it is for, until it is used or taken back.
    ``code_hash`` is of the code without which the link opens nothing, where two gave an access.
    """

    __tablename__ = "invites"

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    invited: Mapped[str | None] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("wards.id"))
    hospital_id: Mapped[str | None] = mapped_column(ForeignKey("hospitals.id"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"))
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    code_hash: Mapped[str | None] = mapped_column(String(64))


class SettingRow(Base):
    """A setting that an administrator changes on a page."""

    __tablename__ = "settings"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[dict[str, Any]]
    changed_by: Mapped[str] = mapped_column(String(100))
    changed_at: Mapped[datetime]
