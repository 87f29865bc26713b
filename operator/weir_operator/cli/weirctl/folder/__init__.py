"""The commands for a folder of files: the controller runs over it, once or for good."""
