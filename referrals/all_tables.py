"""Every table, imported once: a flush and a migration need all foreign keys."""

from __future__ import annotations

import referrals.administration.tables
import referrals.advice.tables
import referrals.allowances.tables
import referrals.audit.tables
import referrals.bedside.tables
import referrals.booking.tables
import referrals.consent.tables
import referrals.contact.tables
import referrals.courses.tables
import referrals.deferred.tables
import referrals.feed.tables
import referrals.figures.tables
import referrals.follow_up.tables
import referrals.installation.tables
import referrals.notices.tables
import referrals.outbox.tables
import referrals.outcomes.tables
import referrals.programs.tables
import referrals.queue.tables
import referrals.referral.tables
import referrals.staff.tables
import referrals.telegram.tables
import referrals.vault.tables
