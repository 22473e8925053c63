"""Who is told what, when and in which words; the clock that notices."""
