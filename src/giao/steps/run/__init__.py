"""Step 4: the work runs. Is the promise kept, and what is about to break it?"""
