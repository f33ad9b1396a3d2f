"""The OpenAPI document: what flask-smorest knows of the routes, with meanings, examples, errors, events and its own versions."""
