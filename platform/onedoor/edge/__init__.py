"""What pages and the API share at the edge: who may enter, and marshmallow's messages as sentences."""
