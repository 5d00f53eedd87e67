"""Rules on the objects of the Operator Lifecycle Manager, of both generations."""
