"""The mails: one text for each kind and language, one layout for all."""
