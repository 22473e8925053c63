"""What opens every account of the demo: in a module of its own, so that it is told without more."""

from __future__ import annotations

PASSWORD = "henvis-demo"  # noqa: S105 - everybody may know it: it opens made-up data only
