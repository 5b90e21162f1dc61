"""The chain of parties: supporting agreements of each side, who held a case when, whose clock broke first."""
