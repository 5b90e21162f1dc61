"""Keys: master keys from outside the database, a key for each subject's personal fields, sealing of bytes."""
