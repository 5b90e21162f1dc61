"""The statement pack of a month as PDF, and the mail that brings it to people by schedule."""
