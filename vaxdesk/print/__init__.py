"""Documents that tell the truth: certificates verified, pages rendered, read back from their pixels, and printed (I10)."""
