"""Postgres and Redis for a newcomer: real servers out of Python wheels, kept in the data folder."""
