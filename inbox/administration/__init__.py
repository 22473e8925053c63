"""The administrator's pages: users, places, house rules, audit log, what was not understood."""
