"""vaxdesk: the program on the laptop of a vaccination site."""

__version__ = "0.1.0"
