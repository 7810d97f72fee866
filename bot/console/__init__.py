"""What the command line does and how it shows it, a file per group of commands."""
