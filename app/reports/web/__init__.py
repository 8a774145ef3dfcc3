"""What staff read across packages: the dashboard, and the meetings of all sellers."""
