"""The demo: made-up people, and the whole story played on them."""
