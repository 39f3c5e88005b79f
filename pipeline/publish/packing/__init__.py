"""What is put together for each unit of the register; packs.py tells the story."""
