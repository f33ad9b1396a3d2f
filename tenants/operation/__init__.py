"""What the platform's operator keeps: places, bureaus, who supervises whom, and how the deployment fares (R-T3, R-T5)."""
