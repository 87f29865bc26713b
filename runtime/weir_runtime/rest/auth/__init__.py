"""auth: HTTP basic authentication, as Apache's basic-auth extension does it, and stricter.

`jaas` finds the credentials file in a JAAS file, `credential` reads it, `store` keeps it up to
date, `scrypt` hashes, `basic` judges an `Authorization` header and slows down who guesses. Knows
nothing of connections and routes; `rest.dispatch` asks it.

Source: org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension.
"""
