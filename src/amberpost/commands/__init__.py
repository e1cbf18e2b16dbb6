"""What each command does, behind `cli` which parses: call one library function, show it, choose the exit code."""
