"""The front end in Telegram, a foreign cloud: who a patient is never goes through it."""

import os

# How long Telegram wants us to wait comes as a timedelta; the number of seconds is deprecated, and
# making that error would warn before we could read it. The library offers no other way to choose.
os.environ["PTB_TIMEDELTA"] = "true"
