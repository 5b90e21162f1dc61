"""Clock watch: rules that each side keeps for itself, the alarms that they raise, who is told and what was done about it."""
