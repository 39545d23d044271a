"""The window: PySide6 only here. It paints and listens; everything else happens on the lane or the sync thread."""
