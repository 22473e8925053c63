"""When to call, in typed words: what is kept, what is said not to be, and that it is no course."""
