"""How the server is: readiness, metrics, requests with their ids, structured logs."""
