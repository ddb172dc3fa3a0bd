"""What was made and sent: runs of reports with their files, who may open them, and whether they can be made again."""
