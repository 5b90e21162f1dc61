"""The agreement as a document and in plain words, its versions, drafts and replays."""
