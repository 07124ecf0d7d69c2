"""Who may do what: the published role matrices as data, and the decisions drawn from them."""
