"""What an author writes, and the record that it becomes."""
