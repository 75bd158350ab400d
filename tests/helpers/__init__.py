"""What the tests share: examples, points, measures, caches."""
