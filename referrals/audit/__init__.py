"""Who did what to which record: appended, chained, provable."""
