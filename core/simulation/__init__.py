"""What a change of prices or of the rules would bring: a base of subscriptions, scenarios, and their outcome."""
