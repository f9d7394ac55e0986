"""Who: users, roles, regions, localities, departments, sign-in; knows nothing of assessment."""
