"""What the ways into Pulumi share."""
