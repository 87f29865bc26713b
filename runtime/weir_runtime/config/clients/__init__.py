"""Kafka client settings under Java's names, and what they mean to the clients used here.

`layer` builds the config of one client from defaults, worker and connector; `policy` says what a
connector may override; `security` reads TLS and SASL for both clients; `table` says for every
Java key what becomes of it, and `librdkafka` applies that. Pure: no client is imported here.
"""
