"""Users, sign-in, server-side sessions, personal links."""
