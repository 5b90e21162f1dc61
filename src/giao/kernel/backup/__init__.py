"""One file that holds an installation: its database and what lies in its data folder, and the way back from it."""
