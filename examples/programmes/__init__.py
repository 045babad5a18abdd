"""A gallery of programmes as shops have them: each module is one programme and a member's story."""
