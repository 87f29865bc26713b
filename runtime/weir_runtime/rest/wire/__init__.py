"""What bodies look like: types that the code is checked against and that OpenAPI shows.

`view` returns the types of `answer`; `request` reads what those of `request` describe. Nothing is
parsed with them. Names are those of Apache's own document.

Source: org.apache.kafka.connect.runtime.rest.entities.
"""
