"""Each engagement's one ordered record: accept, order, chain, seal. Imports, facts, decisions and live events alike."""
