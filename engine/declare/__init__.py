"""What a schema is written in: fields, relations, inputs and commands, each with its action."""
