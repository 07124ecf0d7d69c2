"""What the development profile alone serves: an issuer, people to sign in as, the playground."""
