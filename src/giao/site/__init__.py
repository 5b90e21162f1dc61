"""The server as a whole: settings, addresses, and the WSGI application."""
