"""How an answer is found that is more than a column or a foreign key, and how a change is made."""
