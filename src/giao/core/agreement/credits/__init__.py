"""What a miss costs: which KPIs pay, how much, caps, earn-back, bonus, triggers, settlement."""
