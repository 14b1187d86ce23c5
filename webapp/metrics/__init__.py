"""What Prometheus reads at ``/metrics``: what this process counted itself, and figures from the database."""
