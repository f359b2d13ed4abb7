"""A Prefect server over its REST API: runs, deployments, schedules."""
