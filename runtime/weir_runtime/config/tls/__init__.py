"""Key stores and trust stores as Java's keys name them, read into PEM.

JKS, PKCS12 and PEM stores, for the REST listeners and for both Kafka clients. Reading is pure:
bytes and passwords in, PEM out, keys as secrets. `store` finds the bytes by Java's keys, `listener`
reads the keys of https listeners, `context` makes what `ssl` takes, `live` replaces it when files
change. `cryptography` is imported only once a JKS or PKCS12 store is read.

Source: org.apache.kafka.common.config.SslConfigs, KIP-651 (PEM stores).
"""
