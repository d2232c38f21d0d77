"""What the hub says to each scheduler, and how it understands the answer.

A scheduler is a file of pure functions that fits `scheduler.Scheduler` (`slurm.py`), what its users may ask for
(`slurm_options.py`), their form (`slurm_form.py`), and a class that joins all to `..spawner.ClusterSpawner`
(`slurm_spawner.py`). Another scheduler is more files here, and no change elsewhere.
"""
