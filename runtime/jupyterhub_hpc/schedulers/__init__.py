"""What the hub says to each scheduler, and how it understands the answer.

A scheduler is a file of pure functions that fits `scheduler.Scheduler` (`slurm.py`), the form of its users
(`slurm_form.py`), and a class that joins both to `..spawner.ClusterSpawner` (`slurm_spawner.py`). Another scheduler is
more files here, and no change elsewhere.
"""
